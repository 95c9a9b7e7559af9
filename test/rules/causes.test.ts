// Texts as kubelets, runtimes and registries write them.
import t from 'tap'
import { findCause } from '../../src/rules/causes.ts'

t.test('failed pulls', async (t) => {
  const cases: readonly (readonly [string, string | null])[] = [
    [
      'rpc error: code = NotFound desc = failed to pull and unpack image "r/x:1": failed to resolve reference "r/x:1": r/x:1: not found',
      'image-not-found',
    ],
    ['manifest for nginx:9 not found: manifest unknown: manifest unknown', 'image-not-found'],
    [
      'failed to pull and unpack image "r/x:1": no match for platform in manifest: not found',
      'image-not-found',
    ],
    ['no matching manifest for linux/arm64/v8 in the manifest list entries', 'image-not-found'],
    [
      'failed to resolve reference "r/x:1": pulling from host r failed with status code [manifests 1]: 403 Forbidden',
      'image-denied',
    ],
    [
      'failed to resolve reference "r/x:1": pulling from host r failed with status code [manifests 1]: 401 Unauthorized',
      'image-denied',
    ],
    [
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      'image-denied',
    ],
    [
      'failed to resolve reference "r/x:1": pulling from host r failed with status code [manifests 1]: 503 Service Unavailable',
      'image-transient',
    ],
    [
      'failed to resolve reference "r/x:1": pulling from host r failed with status code [manifests 1]: 429 Too Many Requests',
      'image-transient',
    ],
    ['toomanyrequests: You have reached your pull rate limit.', 'image-transient'],
    [
      'failed to do request: Head "https://r/v2/": dial tcp: lookup r on 10.0.0.1:53: no such host',
      'image-transient',
    ],
    [
      'failed to do request: Head "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
      'image-transient',
    ],
    ['failed to copy: httpReadSeeker: failed open: unexpected EOF', 'image-transient'],
    [
      'failed commit on ref "manifest-sha256:ab": "manifest-sha256:ab" failed size validation: 5 != 6: failed precondition',
      null,
    ],
  ]
  for (const [text, cause] of cases) t.equal(findCause('pull', text), cause, text)
})

t.test('programs that cannot be started', async (t) => {
  const head =
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: '
  t.equal(
    findCause('start', `${head}exec: "server": executable file not found in $PATH: unknown`),
    'bad-command',
  )
  t.equal(findCause('start', `${head}exec: "/x": stat /x: no such file or directory: unknown`), 'bad-command')
  t.equal(findCause('start', `${head}exec: "/x.sh": permission denied: unknown`), 'bad-command')
  t.equal(
    findCause('start', `${head}error during container init: unable to apply cgroup configuration`),
    null,
  )
})

t.test('configuration and volumes', async (t) => {
  t.equal(findCause('config', 'secret "auth" not found'), 'secret-not-found')
  t.equal(findCause('config', "couldn't find key b in Secret shop/keyed"), 'secret-not-found')
  t.equal(findCause('config', 'configmap "pay-settings" not found'), 'config-missing')
  t.equal(
    findCause('config', 'container has runAsNonRoot and image will run as root (pod: "x")'),
    'config-missing',
  )
  t.equal(
    findCause('config', 'failed to sync secret cache: timed out waiting for the condition'),
    'config-cache',
  )
  t.equal(
    findCause('volume', 'MountVolume.SetUp failed for volume "cert" : secret "tls-cert" not found'),
    'object-not-found',
  )
  t.equal(
    findCause(
      'volume',
      'MountVolume.SetUp failed for volume "d" : hostPath type check failed: /d is not a directory',
    ),
    null,
  )
})
