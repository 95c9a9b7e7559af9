// Texts as kubelets, runtimes, drivers and registries write them.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { findCause } from '../../src/rules/causes.ts'

type Table = Parameters<typeof findCause>[0]

function holds(table: Table, texts: Readonly<Record<string, readonly string[]>>): void {
  t.test(table, async (t) => {
    for (const [cause, all] of Object.entries(texts))
      for (const text of all) t.equal(findCause(table, text) ?? 'none', cause, text)
  })
}

interface Reported {
  readonly table: Table
  readonly cause: string | null
  readonly text: string
}

t.test('texts of public bug reports', async (t) => {
  const file = new URL('../fixtures/recordings-reports/texts.json', import.meta.url)
  const reported: readonly Reported[] = JSON.parse(readFileSync(file, 'utf8'))
  for (const { table, cause, text } of reported) t.equal(findCause(table, text), cause, text)
})

const RESOLVE = 'failed to pull and unpack image "r.io/x:1": failed to resolve reference "r.io/x:1": '
const HEAD = `${RESOLVE}unexpected status from HEAD request to https://r.io/v2/x/manifests/1: `
const FROM_HOST = `${RESOLVE}pulling from host r.io failed with status code [manifests 1]: `
const CRIO = 'rpc error: code = Unknown desc = reading manifest 1 in r.io/x: '
const DO = `${RESOLVE}failed to do request: Head "https://r.io/v2/x/manifests/1": `
const UNPACK = 'failed to pull and unpack image "r.io/x:1": failed to extract layer sha256:ab12: '

holds('pull', {
  'image-not-found': [
    `rpc error: code = NotFound desc = ${RESOLVE}r.io/x:1: not found`,
    'manifest for nginx:9 not found: manifest unknown: manifest unknown',
    'failed to pull and unpack image "r/x:1": no match for platform in manifest: not found',
    'no matching manifest for linux/arm64/v8 in the manifest list entries',
    'no matching manifest for windows/amd64 10.0.17763 in the manifest list entries',
    'image with reference r.io/x:1 was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64',
    'no image found in image index for architecture "arm64", variant "v8", OS "linux"',
    `${CRIO}manifest unknown`,
    `${CRIO}name unknown: repository name not known to registry`,
    `${HEAD}404 Not Found`,
    'failed to copy: httpReadSeeker: failed open: content at https://r.io/v2/x/manifests/sha256:ab not found: not found',
    'artifact library/timeout:1 not found',
    'Error response from daemon: manifest for timeout:latest not found',
    'rpc error: code = Unknown desc = reading manifest timeout-v2 in r.io/x: manifest unknown',
    'error parsing HTTP 404 response body: invalid character',
  ],
  'image-denied': [
    `${FROM_HOST}403 Forbidden`,
    `${FROM_HOST}401 Unauthorized`,
    `${HEAD}403 Forbidden`,
    'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    'failed to authorize: failed to fetch oauth token: unexpected status from POST request to https://auth.r.io/token: 401 Unauthorized',
    `${CRIO}unauthorized: access to the requested resource is not authorized`,
    'repository r.io/x not found: does not exist or no pull access',
    'denied: User: arn:aws:sts::1:assumed-role/node is not authorized to perform: ecr:BatchGetImage',
    'Error response from daemon: Head "https://r.io/v2/timeout/manifests/1": no basic auth credentials',
    'pulling from host timeout.example failed with status code [manifests timeout]: 403 Forbidden',
    'error parsing HTTP 403 response body: unexpected end of JSON input',
  ],
  'image-transient': [
    `${FROM_HOST}503 Service Unavailable`,
    `${FROM_HOST}429 Too Many Requests`,
    `${HEAD}429 Too Many Requests`,
    `${HEAD}520 <none>`,
    `${HEAD}530 <none>`,
    'failed to fetch anonymous token: unexpected status from GET request to https://auth.r.io/token?scope=x: 504 Gateway Timeout',
    `${CRIO}received unexpected HTTP status: 502 Bad Gateway`,
    `${CRIO}StatusCode: 503, "upstream connect error"`,
    'Error response from daemon: received unexpected HTTP status: 500 Internal Server Error',
    'error parsing HTTP 503 response body: invalid character',
    'toomanyrequests: You have reached your pull rate limit.',
    'ThrottlingException: Rate exceeded',
    `${DO}dial tcp: lookup r.io on 10.0.0.1:53: no such host`,
    `${DO}dial tcp: lookup r.io: Temporary failure in name resolution`,
    `${DO}dial tcp: lookup r.io on [::1]:53: read udp [::1]:5->[::1]:53: read: connection refused`,
    `${DO}dial tcp 10.0.0.9:443: connect: connection refused`,
    `${DO}dial tcp 10.0.0.9:443: connect: connection timed out`,
    `${DO}dial tcp 10.0.0.9:443: connect: network is unreachable`,
    `${DO}proxyconnect tcp: dial tcp 10.0.0.9:3128: i/o timeout`,
    `${DO}net/http: TLS handshake timeout`,
    `${DO}http2: client connection lost`,
    `${DO}stream error: stream ID 1; REFUSED_STREAM; received from peer`,
    `${DO}stream error: stream ID 3; INTERNAL_ERROR; received from peer`,
    `${DO}remote error: tls: handshake failure`,
    `${DO}local error: tls: bad record MAC`,
    `${DO}write tcp 10.0.0.1:1->10.0.0.2:443: use of closed network connection`,
    `${DO}EOF`,
    'Get "https://r.io/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    'failed to copy: httpReadSeeker: failed open: unexpected EOF',
    `${UNPACK}context canceled`,
    'rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    'rpc error: code = Unavailable desc = transport is closing',
  ],
  none: [
    // Nothing about a certificate heals by itself.
    `${DO}tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    `${DO}x509: certificate has expired or is not yet valid: current time is after 2026-01-01T00:00:00Z`,
    `${DO}remote error: tls: bad certificate`,
    `${DO}http: server gave HTTP response to HTTPS client`,
    `${UNPACK}failed to Lchown "/app" for UID 120012366, GID 120012366: lchown /app: invalid argument`,
    `${UNPACK}archive/tar: invalid tar header`,
    `${UNPACK}write /var/lib/containerd/x: no space left on device`,
    'failed to prepare extraction snapshot "extract-1 sha256:ab": parent snapshot sha256:cd does not exist: not found',
    'failed to unpack image on snapshotter overlayfs: unable to find container "x" in lease: not found',
    'media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.1, please rebuild the image as "application/vnd.docker.distribution.manifest.v2+json": not implemented',
    'failed commit on ref "manifest-sha256:ab": "manifest-sha256:ab" failed size validation: 5 != 6: failed precondition',
    'failed commit on ref "layer-sha256:ab": "layer-sha256:ab" failed size validation: 512 != 503: failed precondition',
  ],
})

holds('pullNode', {
  'node-disk': [
    `${UNPACK}write /var/lib/containerd/x: no space left on device`,
    'writing blob: storing blob to file "/var/tmp/storage1/1": write /var/tmp/storage1/1: no space left on device',
    'failed to register layer: write /usr/lib/x.so: input/output error',
    'mkdir /var/lib/containerd/tmpmounts/x: read-only file system',
  ],
  none: [`${FROM_HOST}503 Service Unavailable`, 'pull QPS exceeded'],
})

holds('config', {
  'secret-not-found': ['secret "auth" not found', "couldn't find key b in Secret shop/keyed"],
  'config-missing': [
    'configmap "pay-settings" not found',
    "couldn't find key b in ConfigMap shop/keyed",
    'container has runAsNonRoot and image will run as root (pod: "x")',
    'container\'s runAsUser breaks non-root policy (pod: "x")',
  ],
  'config-cache': [
    'failed to sync secret cache: timed out waiting for the condition',
    'services have not yet been read at least once, cannot construct envvars',
    'host IP unknown; known addresses: []',
    'object "shop"/"pay-settings" not registered',
  ],
  none: ['failed to prepare subPath for volumeMount "d" of container "app"'],
})

const SET_UP = 'MountVolume.SetUp failed for volume "v" : '
const ATTACH = 'AttachVolume.Attach failed for volume "pvc-1" : '

holds('volume', {
  'object-not-found': [
    `${SET_UP}secret "tls-cert" not found`,
    `${SET_UP}configmap "c" not found`,
    `${SET_UP}references non-existent secret key: k`,
    `${ATTACH}rpc error: code = NotFound desc = Volume "vol-1" not found`,
    `${ATTACH}InvalidVolume.NotFound: The volume 'vol-1' does not exist.`,
    `${SET_UP}rpc error: code = Unknown desc = failed to get secretproviderclass shop/vault, error: SecretProviderClass.secrets-store.csi.x-k8s.io "vault" not found`,
    `${SET_UP}rpc error: code = Unknown desc = failed to mount secrets store objects: ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
  ],
  'config-cache': [
    `${SET_UP}failed to sync secret cache: timed out waiting for the condition`,
    'MountVolume.SetUp failed for volume "kube-api-access-1" : object "shop"/"kube-root-ca.crt" not registered',
  ],
  none: [
    'MountVolume.MountDevice failed for volume "pvc-1" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name efs.csi.aws.com not found in the list of registered CSI drivers',
    `${ATTACH}CSINode node-7 does not contain driver ebs.csi.aws.com`,
    `${ATTACH}error finding instance ip-10-1-2-3.ec2.internal: "instance not found"`,
    `${ATTACH}rpc error: code = Internal desc = Could not attach volume "vol-1" to node "i-1": InvalidInstanceID.NotFound: The instance ID 'i-1' does not exist`,
    `${ATTACH}rpc error: code = NotFound desc = node with id "vm-3" not found`,
    `${ATTACH}rpc error: code = NotFound desc = Error, ECS instance 0219e192 does not exist`,
    `${ATTACH}node "node-7" has no NodeID annotation`,
    `${ATTACH}rpc error: code = NotFound desc = failed to find VirtualMachine for node node-7`,
    `${ATTACH}csidriver.storage.k8s.io "disk.csi.example.com" not found`,
    `${ATTACH}rpc error: code = DeadlineExceeded desc = context deadline exceeded`,
    `${ATTACH}volume attachment is being deleted`,
    'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can\'t be attached to another',
    `${SET_UP}hostPath type check failed: /d is not a directory`,
    'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data]: timed out waiting for the condition',
    `${SET_UP}mount failed: exit status 32 Output: mount.nfs: access denied by server while mounting 10.0.0.1:/x`,
    `${SET_UP}mount failed: Output: Failed to resolve "fs-1.efs.eu-west-1.amazonaws.com" - check that your file system ID is correct`,
  ],
})
