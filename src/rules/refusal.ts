/**
 * Who refuses what a controller asks of the API server. `quota`: it is used up, and free again once other pods are gone.
 * `webhook`: one that must be asked does not answer. `admission`: a webhook or a policy says no. `trouble`: the API server
 * itself cannot answer now. `other`: the object names what there is not, or asks for more than a limit allows.
 */
export type RefusalKind = 'quota' | 'webhook' | 'admission' | 'trouble' | 'other'

interface Pattern {
  readonly kind: RefusalKind
  readonly text: RegExp
}

/** The first pattern that matches counts: what a webhook does not answer comes before what it answers. */
const PATTERNS: readonly Pattern[] = [
  // k8s.io/apiserver/pkg/admission/plugin/webhook/errors and generic/webhook: "failed calling webhook "w": failed to call webhook: Post ...".
  {
    kind: 'webhook',
    text: /failed (calling|to call)( admission)? webhook|conversion webhook for .{0,300} failed/i,
  },
  // plugin/resourcequota/controller.go: "exceeded quota: q, requested: ..., used: ..., limited: ...".
  { kind: 'quota', text: /exceeded quota: / },
  // ... "status unknown for quota: q, resources: ...": a quota that was just made has not been counted yet; and a write that lost a race.
  { kind: 'trouble', text: /status unknown for quota|the object has been modified/ },
  // webhook/errors/statuserror.go: "admission webhook "w" denied the request: ..." (Gatekeeper, Kyverno and all others).
  { kind: 'admission', text: /admission webhook .{0,300}denied the request|denied request\b/ },
  // pod-security-admission: "violates PodSecurity "restricted:latest": ..."; validating admission policies: "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: ...".
  { kind: 'admission', text: /violates PodSecurity|(Validating|Mutating)AdmissionPolicy/ },
  // OpenShift's SecurityContextConstraints, and the plugin ImagePolicyWebhook.
  { kind: 'admission', text: /security context constraint|image policy webhook/i },
  // The API server, its storage, or the way there.
  { kind: 'trouble', text: /etcdserver: |request did not complete within|unable to handle the request/ },
  {
    kind: 'trouble',
    text: /too many requests|connection refused|connection reset|context deadline exceeded/i,
  },
  { kind: 'trouble', text: /i\/o timeout|http2: |unexpected EOF|TLS handshake timeout/ },
]

/** Who refuses, by the API server's text. */
export function classifyRefusal(message: string): RefusalKind {
  return PATTERNS.find(({ text }) => text.test(message))?.kind ?? 'other'
}

/** What stands before the API server's words, in the order in which it is written; it repeats what is known already. */
const PREAMBLES: readonly RegExp[] = [
  // client-go's event aggregator, for events that differ in the name of the pod only.
  /^\(combined from similar events\): /,
  // pkg/controller/controller_utils.go, cronjob_controllerv2.go.
  /^Error (creating|deleting)( job)?: /,
  // pkg/controller/statefulset/stateful_pod_control.go (recordPodEvent, recordClaimEvent).
  /^(create|update|delete) (Pod|Claim) \S+ ((for )?Pod \S+ )?in StatefulSet \S+ failed error: /,
  // pkg/controller/deployment/sync.go and argo-rollouts/rollout/sync.go.
  /^Failed to create new replica set "[^"]*": /i,
  /^Internal error occurred: /,
  /^(pods|replicasets\.apps|jobs\.batch) "[^"]*" is forbidden: /,
]

/** The API server's words without what the sentence around them says already, so that more of the cause fits. */
export function stripRefusal(message: string): string {
  return PREAMBLES.reduce((rest, preamble) => rest.replace(preamble, ''), message)
}
