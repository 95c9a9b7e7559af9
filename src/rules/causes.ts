import type { Cause, Pattern } from './cause.ts'
import { PULL_CAUSES, PULL_NODE_CAUSES, withoutNames } from './pull-causes.ts'
import { LIMIT_CAUSES, SPEC_CAUSES, START_CAUSES } from './start-causes.ts'

/** CreateContainerConfigError, by the kubelet (pkg/kubelet/kubelet_pods.go, kuberuntime/security_context.go). */
const CONFIG_CAUSES: readonly Pattern[] = [
  // "failed to sync secret cache: timed out waiting for the condition": the kubelet's own cache lags. So it does in
  // `object "ns"/"x" not registered` and "services have not yet been read at least once, cannot construct envvars".
  {
    cause: 'config-cache',
    text: /failed to sync .{0,60}cache|" not registered|not yet been read at least once/i,
  },
  // The kubelet has not found the addresses of its node yet: "host IP unknown; known addresses: []".
  { cause: 'config-cache', text: /host IP unknown/i },
  // `secret "x" not found`, `couldn't find key k in Secret ns/x`.
  { cause: 'secret-not-found', text: /\bsecret .{0,300}not found|in Secret\b/i },
  // `configmap "x" not found`, `couldn't find key k in ConfigMap ns/x`, and refusals to run as root.
  { cause: 'config-missing', text: /not found|couldn't find key|runAsNonRoot|non-root/i },
]

/** FailedMount, FailedAttachVolume and the like, by the kubelet and the attach controller: an object that does not exist. */
const VOLUME_CAUSES: readonly Pattern[] = [
  // "failed to sync configmap cache: timed out waiting for the condition", `object "ns"/"x" not registered`.
  { cause: 'config-cache', text: /failed to sync .{0,60}cache|" not registered/i },
  // A driver that does not run on the node yet: "driver name X not found in the list of registered CSI drivers", "CSINode N does
  // not contain driver X", `csidriver.storage.k8s.io "X" not found`.
  {
    cause: null,
    text: /list of registered|does not contain driver|is not registered|csinode|csidriver|no volume plugin matched|failed to find plugin/i,
  },
  // A node that the cloud or the driver does not know yet: "InvalidInstanceID.NotFound", "rpc error: code = NotFound desc = node
  // N not found", "error finding instance N", `Node "N" has no NodeID annotation`.
  {
    cause: null,
    text: /\b(?:instance|instanceid|node|nodeid|vm|virtual machine|virtualmachine|server|droplet|machine|host)\b[^:]{0,200}(?:\bnot (?:be )?found|does(?: not|n't) exist|has no nodeid|is not ready)/i,
  },
  {
    cause: null,
    text: /Invalid(?:Instance|Node)\w*\.NotFound|error finding (?:instance|node|vm)|failed to find (?:the )?(?:instance|node|vm|virtual machine)/i,
  },
  // `secret "x" not found`, `configmap "x" not found`, `persistentvolumeclaim "x" not found`, `references non-existent secret key: k`.
  {
    cause: 'object-not-found',
    text: /\b(?:secret|configmap|persistentvolumeclaim|persistentvolume|serviceaccount|secretproviderclass)\w*(?:\.[\w.-]+)? ?"[^"]*" (?:is )?not found|non-existent/i,
  },
  // External stores of secrets, through the CSI driver for them: "ResourceNotFoundException", "SecretNotFound".
  {
    cause: 'object-not-found',
    text: /ResourceNotFoundException|\bSecretNotFound\b|secretproviderclass.{0,200}not found/i,
  },
  // The storage has no such volume: "InvalidVolume.NotFound", "rpc error: code = NotFound desc = Volume not found".
  {
    cause: 'object-not-found',
    text: /InvalidVolume\.NotFound|\b(?:volume|disk|share|file ?system|snapshot)\b[^:]{0,200}(?:\bnot found|does not exist)/i,
  },
]

const TABLES = {
  /** Failed pulls, by the registry and the way to it. */
  pull: PULL_CAUSES,
  /** Failed pulls, by the node. */
  pullNode: PULL_NODE_CAUSES,
  /** Failed starts: the command, what the template asks for, a memory limit that is too low for the runtime. */
  start: START_CAUSES,
  spec: SPEC_CAUSES,
  limit: LIMIT_CAUSES,
  config: CONFIG_CAUSES,
  volume: VOLUME_CAUSES,
} as const

/** The first cause of a table whose pattern a message matches; null when none does. */
export function findCause(table: keyof typeof TABLES, message: string): Cause | null {
  const line = message.replaceAll(/\s+/g, ' ')
  const text = table === 'pull' || table === 'pullNode' ? withoutNames(line) : line
  return TABLES[table].find((pattern) => pattern.text.test(text))?.cause ?? null
}
