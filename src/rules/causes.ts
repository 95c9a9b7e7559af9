/** The cause that a message gives. */
export type Cause =
  | 'image-not-found'
  | 'image-denied'
  | 'image-transient'
  | 'bad-command'
  | 'secret-not-found'
  | 'config-missing'
  | 'config-cache'
  | 'object-not-found'

interface Pattern {
  readonly cause: Cause
  readonly text: RegExp
}

/**
 * Causes of failed pulls. The first pattern that matches counts. Transient causes (a status, an error of the network) come
 * first, as such messages may also contain `not found`. Refusals come before "not found", as registries that hide a
 * repository answer `pull access denied, repository does not exist`.
 */
const PULL_CAUSES: readonly Pattern[] = [
  // containerd 1.6 to 2.x, remotes/docker: "pulling from host H failed with status code [manifests TAG]: 429 Too Many Requests".
  { cause: 'image-transient', text: /status code[^:]*: (408|429|5\d\d)\b/ },
  // Docker Hub's limit: "toomanyrequests: You have reached your pull rate limit".
  { cause: 'image-transient', text: /toomanyrequests|too many requests|rate limit/i },
  // containerd, token fetch and plain pulls: "unexpected status: 503 Service Unavailable", "unexpected status code https://...: 502".
  { cause: 'image-transient', text: /unexpected status(?: code)?[^:]*(?:: | from [^:]*: )(408|429|5\d\d)\b/ },
  // Go's net/http and net: DNS, connections, TLS and timeouts; the same texts in every client.
  { cause: 'image-transient', text: /no such host|server misbehaving|temporary failure in name resolution/i },
  {
    cause: 'image-transient',
    text: /connection refused|connection reset|no route to host|network is unreachable/i,
  },
  { cause: 'image-transient', text: /i\/o timeout|deadline exceeded|TLS handshake timeout|timed? ?out\b/i },
  // An interrupted download (Go's io): "unexpected EOF", "failed to copy: httpReadSeeker: ... EOF".
  { cause: 'image-transient', text: /\bEOF\b|broken pipe/ },
  // kubelet 1.31+, reason RegistryUnavailable.
  { cause: 'image-transient', text: /registry (is )?unavailable|service unavailable|bad gateway/i },
  // containerd, remotes/docker: "...: 403 Forbidden", "401 Unauthorized".
  {
    cause: 'image-denied',
    text: /status code[^:]*: (401|403)\b|unexpected status(?: code)?[^:]*(?:: | from [^:]*: )(401|403)\b/,
  },
  // containerd and dockerd: "pull access denied, repository does not exist or may require authorization: ... insufficient_scope".
  {
    cause: 'image-denied',
    text: /pull access denied|insufficient_scope|authorization failed|authentication required/i,
  },
  { cause: 'image-denied', text: /\bunauthorized\b|\bforbidden\b|\bdenied\b|no basic auth credentials/i },
  // dockerd, CRI-O: "manifest unknown", "manifest for X not found"; "name unknown" (OCI distribution error codes).
  { cause: 'image-not-found', text: /manifest unknown|MANIFEST_UNKNOWN|name unknown|NAME_UNKNOWN/i },
  // containerd: "no match for platform in manifest: not found"; dockerd: "no matching manifest for linux/arm64".
  {
    cause: 'image-not-found',
    text: /no match(ing manifest)? for (platform|\w+\/\w+)|does not match the specified platform/i,
  },
  // containerd: "failed to resolve reference "R": R: not found"; gRPC code NotFound.
  {
    cause: 'image-not-found',
    text: /: not found\b|code = NotFound|\b404 Not Found|status code[^:]*: 404\b|does not exist/i,
  },
]

/** Why a program could not be started, by runc and crun through containerd, CRI-O and dockerd. */
const START_CAUSES: readonly Pattern[] = [
  // runc 1.x: `exec: "X": executable file not found in $PATH`; crun: `executable file `X` not found`.
  { cause: 'bad-command', text: /executable file .{0,300}not found/i },
  // runc: `exec: "/x": stat /x: no such file or directory`, `exec /x: exec format error`, `exec "/x": permission denied`.
  {
    cause: 'bad-command',
    text: /exec\b.{0,300}(no such file or directory|permission denied|is a directory|exec format error|not a directory)/i,
  },
  // runc: `chdir to cwd ("/x") set in config.json failed: no such file or directory`.
  { cause: 'bad-command', text: /chdir to cwd .{0,300}failed/i },
]

/** CreateContainerConfigError, by the kubelet (pkg/kubelet/kubelet_pods.go, kuberuntime/security_context.go). */
const CONFIG_CAUSES: readonly Pattern[] = [
  // "failed to sync secret cache: timed out waiting for the condition": the kubelet's own cache lags.
  { cause: 'config-cache', text: /failed to sync .{0,60}cache/i },
  // `secret "x" not found`, `couldn't find key k in Secret ns/x`.
  { cause: 'secret-not-found', text: /\bsecret .{0,300}not found|in Secret\b/i },
  // `configmap "x" not found`, `couldn't find key k in ConfigMap ns/x`, and refusals to run as root.
  { cause: 'config-missing', text: /not found|couldn't find key|runAsNonRoot|non-root/i },
]

/** FailedMount and FailedAttachVolume, by the kubelet: an object that does not exist. */
const VOLUME_CAUSES: readonly Pattern[] = [
  // "failed to sync configmap cache: timed out waiting for the condition".
  { cause: 'config-cache', text: /failed to sync .{0,60}cache/i },
  // `MountVolume.SetUp failed for volume "v" : secret "x" not found`, `references non-existent secret key: k`.
  {
    cause: 'object-not-found',
    text: /(secret|configmap|persistentvolumeclaim|volume).{0,300}not found|non-existent/i,
  },
]

const TABLES = {
  pull: PULL_CAUSES,
  start: START_CAUSES,
  config: CONFIG_CAUSES,
  volume: VOLUME_CAUSES,
} as const

/** The first cause of a table whose pattern a message matches; null when none does. */
export function findCause(table: keyof typeof TABLES, message: string): Cause | null {
  return TABLES[table].find(({ text }) => text.test(message))?.cause ?? null
}
