// The image of the Dockerfile as it would run in production: in a pod, under a service account that may only read, with
// a read-only root file system, no privileges and no user of its own, or one that the cluster picks.
import t from 'tap'
import { createProject, FIRST_UID } from '../openshift/project.ts'
import { readEnvironment } from '../support/environment.ts'
import { installChart, testRelease } from '../support/helm.ts'
import { buildImage, IMAGE } from '../support/image.ts'
import { at, type JsonObject, text } from '../support/json.ts'
import { KubeApi } from '../support/kube-api.ts'
import { LynceusClient } from '../support/lynceus-client.ts'
import { barePod, type ContainerOptions, deployment, job, SERVING, shell } from '../support/manifests.ts'
import { progress } from '../support/progress.ts'
import { Scenario } from '../support/scenario.ts'
import { until } from '../support/until.ts'

const MIB = 1 << 20

/** A small image starts soon on a new node; node itself is 120 MiB of it. */
const MAX_SIZE = 200 * MIB

const PORT = 8080

const READ = ['list', 'watch']
const RULES = [
  { apiGroups: [''], resources: ['pods'], verbs: READ },
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'controllerrevisions'],
    verbs: READ,
  },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: READ },
  { apiGroups: ['argoproj.io'], resources: ['rollouts'], verbs: READ },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: READ },
]

const NAME = 'lynceus'
const NAMESPACE = 'image'

/** A Deployment with everything locked that the `restricted` pod security standard asks for, and more. */
const LYNCEUS: JsonObject = deployment(NAME, {
  container: {
    image: IMAGE,
    imagePullPolicy: 'Never',
    command: null,
    ports: [{ containerPort: PORT }],
    env: [{ name: 'LYNCEUS_LOG_LEVEL', value: 'debug' }],
    readinessProbe: { httpGet: { path: '/readyz', port: PORT }, periodSeconds: 1 },
    livenessProbe: { httpGet: { path: '/livez', port: PORT } },
    resources: { limits: { memory: '256Mi' } },
    securityContext: {
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    },
  },
  pod: {
    serviceAccountName: NAME,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  },
})

async function allowReading(scenario: Scenario): Promise<void> {
  const { api } = scenario
  const metadata = { name: NAME }
  const rbac = '/apis/rbac.authorization.k8s.io/v1'
  await api.create(scenario.path('v1', 'serviceaccounts'), { metadata })
  await api.create(`${rbac}/clusterroles`, { metadata, rules: RULES })
  await api.create(`${rbac}/clusterrolebindings`, {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: NAME },
    subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE }],
  })
}

t.test('the image', async (t) => {
  const { clusterHome } = readEnvironment()
  const scenario = await Scenario.start(t, NAMESPACE)
  const { api } = scenario

  const size = await buildImage(clusterHome)
  progress(`image: ${(size / MIB).toFixed(0)} MiB`)
  t.ok(size < MAX_SIZE, `smaller than ${MAX_SIZE / MIB} MiB`, { size })

  await allowReading(scenario)
  await api.create(scenario.path('v1', 'services'), {
    metadata: { name: NAME },
    spec: { selector: { app: NAME }, ports: [{ port: 80, targetPort: PORT }] },
  })
  await scenario.deploy(LYNCEUS)
  await scenario.deploy(deployment('app', SERVING))

  const own = { kind: 'deployment', name: NAME }
  await scenario.expect('/analyze', own, { verdict: 'pass', readyPods: 1 }, ['pending'])
  const pods = await api.get(`${scenario.path('v1', 'pods')}?labelSelector=app=${NAME}`)
  const service = await api.get(scenario.path('v1', 'services', NAME))

  for (const host of [
    `${text(pods, 'items', 0, 'status', 'podIP')}:${PORT}`,
    text(service, 'spec', 'clusterIP'),
  ]) {
    const lynceus = new LynceusClient(`http://${host}`)
    // kube-proxy learns of a ready pod a moment after we do.
    const readiness = await until(
      `readiness at ${host}`,
      () => lynceus.readiness(),
      (status) => status === 200,
    )
    t.equal(readiness, 200, `ready at ${host}`)
    const question = { namespace: NAMESPACE, kind: 'deployment', name: 'app' }
    const answer = await until(
      `pass from the pod at ${host}`,
      () => lynceus.ask('/analyze', question),
      ({ body }) => body.verdict === 'pass',
    )
    t.match(answer, { status: 200, body: { verdict: 'pass', readyPods: 1 } }, `a verdict at ${host}`)
  }

  await api.delete(scenario.path('apps/v1', 'deployments', NAME))
})

/** A project of OpenShift, and the release in it. */
const PROJECT = 'lynceus-project'

t.test('the chart as a user that the image does not know, under restricted-v2', async (t) => {
  const { kubeconfig } = readEnvironment()
  const api = new KubeApi(kubeconfig)
  t.teardown(() => api.close())
  await createProject(api, PROJECT)
  // What OpenShift fills in: a UID of the project's range, the group 0, and no HOME that this user could write to.
  const user = [
    `podSecurityContext.runAsUser=${FIRST_UID + 4711}`,
    'podSecurityContext.runAsGroup=0',
    'extraEnv[0].name=HOME',
    'extraEnv[0].value=/nowhere',
  ]
  const settings = [...user, 'replicaCount=1', `namespaces={${PROJECT}}`, 'preStopSleepSeconds=0']
  await installChart(kubeconfig, PROJECT, settings)
  const service = await api.get(`/api/v1/namespaces/${PROJECT}/services/${PROJECT}`)
  const address = text(service, 'spec', 'clusterIP')

  // The test cluster has no DNS.
  const alias = [`hostAliases[0].ip=${address}`, `hostAliases[0].hostnames[0]=${PROJECT}.${PROJECT}`]
  await installChart(kubeconfig, PROJECT, [...settings, ...alias])
  await t.resolves(testRelease(kubeconfig, PROJECT), 'helm test passes')

  const lynceus = new LynceusClient(`http://${address}//`)
  const answer = await until(
    'a verdict about itself',
    () => lynceus.ask('analyze', { namespace: PROJECT, kind: 'deployment', name: PROJECT }),
    ({ body }) => body.verdict === 'pass',
  )
  t.match(answer.body, { verdict: 'pass', readyPods: 1 })
  const pods = await api.get(`/api/v1/namespaces/${PROJECT}/pods`)
  t.equal(at(pods, 'items', 0, 'spec', 'securityContext', 'runAsUser'), FIRST_UID + 4711)
})

/** What the accounts of the originals' Jobs may do. */
const DROP_IN_RULES: Readonly<Record<string, readonly object[]>> = {
  crashcheck: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'watch', 'list'] }],
  'rollout-status': [...RULES.slice(0, 3), { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }],
}

/** The shape of a Job of the programs that are replaced: only the image is another. Runs under the account of its command's name. */
function dropIn(name: string, command: readonly string[], env: Readonly<Record<string, string>>): JsonObject {
  return job(name, {
    container: {
      image: IMAGE,
      imagePullPolicy: 'Never',
      command: [...command],
      env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
      terminationMessagePolicy: 'FallbackToLogsOnError',
    },
    pod: { serviceAccountName: command[0] ?? '' },
  })
}

function podOfHash(hash: string, options: ContainerOptions): JsonObject {
  const pod = barePod(hash, { ...options, pod: { restartPolicy: 'Always' } })
  return { ...pod, metadata: { name: hash, labels: { 'rollouts-pod-template-hash': hash } } }
}

t.test('the drop-ins as Jobs, called by name', async (t) => {
  const scenario = await Scenario.start(t, 'drop-ins')
  const { api } = scenario
  const rbac = 'rbac.authorization.k8s.io/v1'
  for (const [name, rules] of Object.entries(DROP_IN_RULES)) {
    const metadata = { name }
    await api.create(scenario.path('v1', 'serviceaccounts'), { metadata })
    await api.create(scenario.path(rbac, 'roles'), { metadata, rules })
    await api.create(scenario.path(rbac, 'rolebindings'), {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: 'drop-ins' }],
    })
  }
  await api.create(scenario.path('v1', 'pods'), podOfHash('good', SERVING))
  await api.create(scenario.path('v1', 'pods'), podOfHash('bad', shell('exit 1')))
  await scenario.deploy(deployment('app', SERVING))

  const checking = { INTERVAL: '1', CRASH_LIMIT: '1' }
  const jobs = [
    [dropIn('under', ['crashcheck'], { ...checking, HASH: 'good', DURATION: '3' }), 0, ''],
    [
      dropIn('over', ['crashcheck'], { ...checking, HASH: 'bad', DURATION: '600' }),
      1,
      /^\{ "Crashes": \d+ \}\n$/,
    ],
    [dropIn('released', ['rollout-status', '-namespace', 'drop-ins', '-selector', 'app=app'], {}), 0, ''],
    [
      dropIn('unknown', ['rollout-status', '-namespace', 'drop-ins', '-selector', 'app=none'], {}),
      1,
      /"code": "not-found"/,
    ],
  ] as const
  for (const [manifest] of jobs) await api.create(scenario.path('batch/v1', 'jobs'), manifest)
  for (const [manifest, exitCode, message] of jobs) {
    const name = text(manifest, 'metadata', 'name')
    const path = `${scenario.path('v1', 'pods')}?labelSelector=app=${name}`
    const ended = await until(
      `the end of ${name}`,
      async () =>
        at(await api.get(path), 'items', 0, 'status', 'containerStatuses', 0, 'state', 'terminated'),
      (end) => end !== undefined,
    )
    t.match(ended, { exitCode, ...(message === '' ? {} : { message }) }, name)
    const state = exitCode === 0 ? 'succeeded' : 'failed'
    const own = scenario.path('batch/v1', 'jobs', name)
    const counted = await until(
      `${name} ${state}`,
      () => api.get(own),
      (one) => at(one, 'status', state) === 1,
    )
    t.equal(at(counted, 'status', state), 1, `${name} ${state}`)
  }
})
