import type { Pattern } from './cause.ts'

/**
 * The disk of the node (Go's syscall errors): full, broken or read-only. The kubelet removes unused images when it is full.
 */
const DISK =
  /no space left on device|disk quota exceeded|input\/output error|read-only file system|too many open files/i

/** Causes of failed pulls that lie on the node. */
export const PULL_NODE_CAUSES: readonly Pattern[] = [{ cause: 'node-disk', text: DISK }]

/** The image exists, but not for the platform of the node. */
export const NO_PLATFORM =
  /no match(?:ing manifest)? for (?:platform|\w+\/\w+)|does not match the specified platform|no image found in (?:manifest list|image index)|cannot be used on this platform|operating system .{0,60}does not match/i

/**
 * Causes of failed pulls, for texts without the names of images, hosts and URLs (see withoutNames). Transient causes (a
 * status, an error of the network) come before refusals and "not found", as such messages may also contain those words.
 * Refusals come before "not found", as registries that hide a repository answer `pull access denied, repository does not
 * exist`.
 */
export const PULL_CAUSES: readonly Pattern[] = [
  // Go's crypto/x509: nothing about a certificate heals by itself, also where a TLS error or a timeout is said besides.
  {
    cause: null,
    text: /x509: |certificate (?:has expired|required|is not valid|signed by)|bad certificate/i,
  },
  // containerd: its own content store or a snapshot lost something that the registry has.
  {
    cause: null,
    text: /parent snapshot|content digest \S+ not found|content digest \S+: not found|in lease: not found|extraction snapshot/i,
  },
  // The kubelet's own limit (pkg/kubelet/images, registryPullQPS), and what registries and clouds call theirs.
  {
    cause: 'image-transient',
    text: /pull QPS exceeded|toomanyrequests|too many requests|rate limit|rate exceeded|throttl|quota exceeded/i,
  },
  // A status in the words of containerd ("status code [manifests 1]: 429", "unexpected status from HEAD request to URL: 521
  // <none>"), containers/image ("received unexpected HTTP status: 500") and dockerd ("error parsing HTTP 503 response body").
  { cause: 'image-transient', text: /status ?(?:code)?\b[^:]*(?:: ?| from [^:]*: )(?:408|425|429|5\d\d)\b/i },
  { cause: 'image-transient', text: /\bHTTP (?:408|425|429|5\d\d) response/ },
  {
    cause: 'image-transient',
    text: /\b5\d\d (?:Internal|Bad Gateway|Service|Gateway|Insufficient|Bandwidth|Web Server|Origin|Connection|Network|Unknown|<none>)/i,
  },
  {
    cause: 'image-transient',
    text: /internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out|registry (?:is )?unavailable/i,
  },
  // Who pulls gave up (Go's context and net/http; gRPC's codes): the next pull goes on with the layers that are there.
  { cause: 'image-transient', text: /(?:context|request|operation was) cancell?ed|code = Cancell?ed\b/i },
  { cause: 'image-transient', text: /code = (?:DeadlineExceeded|Unavailable|Aborted|ResourceExhausted)\b/ },
  // Go's net: names, connections and timeouts; the same texts in every client. glibc's names of the same.
  {
    cause: 'image-transient',
    text: /no such host|server misbehaving|name resolution|name or service not known|cannot unmarshal DNS|try again/i,
  },
  {
    cause: 'image-transient',
    text: /connection (?:refused|reset|aborted|timed out|closed)|no route to host|(?:network|host) is (?:unreachable|down)|closed network connection|server closed idle connection|transport is closing/i,
  },
  {
    cause: 'image-transient',
    text: /i\/o timeout|deadline exceeded|handshake timeout|timed? ?out\b|Timeout exceeded/i,
  },
  // Go's HTTP/2: GOAWAY, REFUSED_STREAM, INTERNAL_ERROR, a lost connection.
  {
    cause: 'image-transient',
    text: /http2: |\bGOAWAY\b|stream error|REFUSED_STREAM|INTERNAL_ERROR|ENHANCE_YOUR_CALM/,
  },
  // Go's crypto/tls: alerts of a peer in trouble, and broken records.
  {
    cause: 'image-transient',
    text: /tls: (?:internal error|handshake failure|user canceled|bad record MAC|decode error|unexpected message|record overflow|close notify|unrecognized name)/i,
  },
  // An interrupted download (Go's io): "unexpected EOF", "failed to copy: httpReadSeeker: ... EOF".
  { cause: 'image-transient', text: /\bEOF\b|broken pipe|short read|download failed after attempts/i },
  // containerd: "...: 403 Forbidden", "401 Unauthorized"; dockerd: "error parsing HTTP 403 response body".
  { cause: 'image-denied', text: /status ?(?:code)?\b[^:]*(?:: ?| from [^:]*: )(?:401|403)\b/i },
  { cause: 'image-denied', text: /\bHTTP (?:401|403) response/ },
  // containerd and dockerd: "pull access denied, repository does not exist or may require authorization: ... insufficient_scope".
  {
    cause: 'image-denied',
    text: /pull access denied|no pull access|insufficient_scope|authorization failed|authentication required|not authorized/i,
  },
  {
    cause: 'image-denied',
    text: /\bunauthorized\b|\bforbidden\b|\bdenied\b|no basic auth credentials|unable to retrieve auth token/i,
  },
  // containerd: "no match for platform in manifest: not found"; dockerd: "no matching manifest for linux/arm64", "... does not
  // match the specified platform"; containers/image: "no image found in manifest list for architecture arm64".
  { cause: 'image-not-found', text: NO_PLATFORM },
  // Error codes of the OCI distribution specification: "manifest unknown", "name unknown"; containers/image: "repository name
  // not known to registry".
  {
    cause: 'image-not-found',
    text: /manifest[ _]unknown|name[ _]unknown|name not known|artifact \S+ not found/i,
  },
  // containerd: "failed to resolve reference "R": R: not found"; gRPC code NotFound; dockerd: "manifest for X not found".
  {
    cause: 'image-not-found',
    text: /: not found\b|code = NotFound|\b404 Not Found|status ?(?:code)?\b[^:]*(?:: ?| from [^:]*: )404\b|HTTP 404 response|does not exist/i,
  },
  {
    cause: 'image-not-found',
    text: /\b(?:manifest|image|tag|repository|project|reference|artifact)\b[^:]{0,200} not found\b/i,
  },
]

const URLS = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"']*[^\s"':,.;)\]]/gi
/** What follows these words is a name: `image "timeout"`, `reading manifest v2 in`, `from host timeout.example`. */
const NAMED = [
  /(?<=\bimage )"[^"]*"/gi,
  /(?<=\b(?:reading|fetching|Error reading) manifest )\S+(?= in )/gi,
  /(?<=\b(?:from host|lookup) )\S+/gi,
  /(?<=\[(?:manifests|blobs|tags) )[^\]\s]+(?=\])/gi,
  /"[^"\s]*[/:@][^"\s]*"/g,
] as const
/** A reference or a path with a slash, but no platform, no time-out of I/O and no media type: they say something. */
const PATHS =
  /(?<![\w/-])(?!i\/o\b|input\/output\b|(?:linux|windows|darwin|freebsd)\/)[\w.-]*(?::\d+)?(?:\/[\w.-]+)+(?::\w[\w.-]*)?(?:@sha256:[0-9a-f]+)?/g
/** A reference without a slash: `timeout:v9`; the tag of a status would be its code. */
const TAGGED = /(?<![\w"=-])[a-z0-9][a-z0-9._-]*:(?![45]\d\d\b)\w[\w.-]*(?:@sha256:[0-9a-f]+)?/g
const HOSTS = /(?<![\w-])[a-z0-9-]+(?:\.[a-z0-9-]+)+(?![\w-])/g

/** A message without names of images, hosts and URLs: an image that is called `timeout` must not look like one. */
export function withoutNames(message: string): string {
  let text = message.replaceAll(URLS, 'URL')
  for (const name of NAMED) text = text.replaceAll(name, 'NAME')
  for (const name of [PATHS, TAGGED, HOSTS]) text = text.replaceAll(name, 'NAME')
  return text
}
