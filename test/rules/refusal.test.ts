// The API server's words for a refusal, as real clusters write them, and who refuses.
import t from 'tap'
import { classifyRefusal, type RefusalKind, stripRefusal } from '../../src/rules/refusal.ts'

const CALL =
  'failed calling webhook "mutate.example.com": failed to call webhook: Post "https://hook.infra.svc:443/mutate?timeout=10s"'

const TEXTS: readonly (readonly [text: string, kind: RefusalKind, stripped?: string])[] = [
  [
    'pods "web-1" is forbidden: exceeded quota: mem, requested: requests.memory=75Mi, used: requests.memory=150Mi, limited: requests.memory=150Mi',
    'quota',
    'exceeded quota: mem, requested: requests.memory=75Mi, used: requests.memory=150Mi, limited: requests.memory=150Mi',
  ],
  [
    'Failed to create new replica set "web-5d4": replicasets.apps "web-5d4" is forbidden: exceeded quota: n, requested: count/replicasets.apps=1, used: count/replicasets.apps=30, limited: count/replicasets.apps=30',
    'quota',
    'exceeded quota: n, requested: count/replicasets.apps=1, used: count/replicasets.apps=30, limited: count/replicasets.apps=30',
  ],
  [
    'create Claim data-web-0 Pod web-0 in StatefulSet web failed error: persistentvolumeclaims "data-web-0" is forbidden: exceeded quota: disk, requested: requests.storage=1Gi, used: requests.storage=1Gi, limited: requests.storage=1Gi',
    'quota',
    'persistentvolumeclaims "data-web-0" is forbidden: exceeded quota: disk, requested: requests.storage=1Gi, used: requests.storage=1Gi, limited: requests.storage=1Gi',
  ],
  [
    'Error creating job: jobs.batch "nightly-1" is forbidden: exceeded quota: jobs, requested: count/jobs.batch=1, used: count/jobs.batch=2, limited: count/jobs.batch=2',
    'quota',
  ],
  ['pods "web-1" is forbidden: failed quota: mem: must specify limits.memory for: app', 'other'],
  ['pods "web-1" is forbidden: status unknown for quota: mem, resources: requests.memory', 'trouble'],
  [
    'Operation cannot be fulfilled on resourcequotas "mem": the object has been modified; please apply your changes to the latest version and try again',
    'trouble',
  ],
  [
    `Internal error occurred: ${CALL}: dial tcp 10.0.0.9:443: connect: connection refused`,
    'webhook',
    `${CALL}: dial tcp 10.0.0.9:443: connect: connection refused`,
  ],
  [`Internal error occurred: ${CALL}: context deadline exceeded`, 'webhook'],
  [
    'Internal error occurred: failed calling webhook "w": failed to call webhook: no endpoints available for service "hook"',
    'webhook',
  ],
  [
    `Internal error occurred: ${CALL}: tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    'webhook',
  ],
  [
    'Internal error occurred: failed calling webhook "w": failed to call webhook: service "hook" not found',
    'webhook',
  ],
  [
    'Internal error occurred: failed calling webhook "w": an error on the server ("") has prevented the request from succeeding',
    'webhook',
  ],
  [
    '(combined from similar events): Error creating: Internal error occurred: failed calling webhook "w": EOF',
    'webhook',
    'failed calling webhook "w": EOF',
  ],
  ['admission webhook "protect.example.com" denied the request: pod web-1 is protected', 'admission'],
  ['admission webhook "w" denied the request without explanation', 'admission'],
  [
    'admission webhook "validation.gatekeeper.sh" denied the request: [must-have-owner] you must provide labels: {"owner"}',
    'admission',
  ],
  [
    'admission webhook "validate.kyverno.svc-fail" denied the request: resource Pod/shop/web-1 was blocked due to the following policies require-limits: check-limits: \'validation error: limits are required\'',
    'admission',
  ],
  [
    'pods "web-1" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "app" must set securityContext.runAsNonRoot=true)',
    'admission',
    'violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "app" must set securityContext.runAsNonRoot=true)',
  ],
  [
    "pods \"web-1\" is forbidden: ValidatingAdmissionPolicy 'no-latest' with binding 'all' denied request: use a tag",
    'admission',
  ],
  [
    'pods "web-1" is forbidden: unable to validate against any security context constraint: [provider "restricted-v2": Forbidden: not usable by user or serviceaccount]',
    'admission',
  ],
  ['pods "web-1" is forbidden: image policy webhook backend denied one or more images: no', 'admission'],
  ['pods "web-1" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi', 'other'],
  [
    'create Pod web-0 in StatefulSet web failed error: pods "web-0" is forbidden: error looking up service account shop/bot: serviceaccount "bot" not found',
    'other',
    'error looking up service account shop/bot: serviceaccount "bot" not found',
  ],
  ['pods "web-1" is forbidden: no PriorityClass with name high was found', 'other'],
  ['etcdserver: request timed out', 'trouble'],
  ['Timeout: request did not complete within requested timeout - context deadline exceeded', 'trouble'],
  ['the server is currently unable to handle the request', 'trouble'],
  [
    'Post "https://10.0.0.1:443/api/v1/namespaces/shop/pods": dial tcp 10.0.0.1:443: connect: connection refused',
    'trouble',
  ],
  [
    'delete Pod web-0 in StatefulSet web failed error: admission webhook "w" denied the request: no',
    'admission',
    'admission webhook "w" denied the request: no',
  ],
]

t.test('who refuses, and what is quoted of it', async (t) => {
  for (const [text, kind, stripped] of TEXTS) {
    t.equal(classifyRefusal(text), kind, text)
    if (stripped !== undefined) t.equal(stripRefusal(text), stripped)
  }
})
