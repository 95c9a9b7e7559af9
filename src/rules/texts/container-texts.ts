import type { RuleText } from './rule-text.ts'

const FINAL = 'Fatal at once where nothing starts the container again (restartPolicy).'
const IN_A_JOB = 'In a Job it is progressing: the Job itself decides how many failures are too many.'

/** Rules about containers: their images, their configuration, their ends. */
export const CONTAINER_TEXTS = {
  'image-name-invalid': {
    matches: ['InvalidImageName'],
    cause:
      'The image reference cannot be parsed: an upper-case letter, a blank, an empty tag from a template.',
    remedy: 'Correct the `image` of the container.',
  },
  'image-never-pull': {
    matches: ['ErrImageNeverPull'],
    cause: 'The pull policy is `Never` and the image is not on the node.',
    remedy: 'Load the image onto the nodes, or set `imagePullPolicy: IfNotPresent`.',
  },
  'image-signature': {
    matches: ['SignatureValidationFailed'],
    cause: 'The runtime verifies signatures, and that of this image is missing or not by a trusted key.',
    remedy: 'Sign the image with a key that the nodes trust, or correct their signature policy.',
  },
  'image-not-found': {
    matches: ['ErrImagePull', 'ImagePullBackOff'],
    counts: 'failed pulls; back-off counts as two',
    cause:
      'The registry says that there is no such image, tag or platform (`not found`, `manifest unknown`, `no match for platform`).',
    remedy: 'Push the image, or correct its name, tag or architecture.',
  },
  'image-denied': {
    matches: ['ErrImagePull', 'ImagePullBackOff'],
    cause:
      'The registry refuses (`401`, `403`, `pull access denied`). Many registries say so too when the repository does not exist.',
    remedy:
      'Check the image name, the `imagePullSecrets` of the pod or its service account, and whether they expired.',
  },
  'image-inspect': {
    matches: ['ImageInspectError'],
    cause: 'The container runtime cannot read an image that it has, often because its storage is damaged.',
    remedy: 'Look at the runtime on the node; remove the image there so that it is pulled anew.',
  },
  'image-unknown-cause': {
    matches: ['ErrImagePull', 'ImagePullBackOff'],
    cause: 'The pull fails with a text that no pattern knows, e.g. a corrupt layer.',
    remedy: 'Read the message, and the events of the pod.',
  },
  'image-transient': {
    matches: ['ErrImagePull', 'ImagePullBackOff', 'RegistryUnavailable'],
    cause: 'The registry or the way to it fails for now: `429`, `5xx`, DNS, timeouts, refused connections.',
    remedy:
      'Usually none, the kubelet tries again. If it lasts: the state of the registry, its rate limit, the network.',
  },
  'config-missing': {
    matches: ['CreateContainerConfigError'],
    exception: 'With `ignoreSecretNotFound`, a Secret that does not exist is progressing.',
    cause:
      'A ConfigMap, a Secret or a key in one does not exist; or the image wants to run as root and the pod forbids it.',
    remedy: 'Create what is missing (in the same namespace), or correct the reference or `securityContext`.',
  },
  'config-cache': {
    matches: ['CreateContainerConfigError'],
    cause: 'The kubelet has not read the ConfigMap or Secret yet (`failed to sync ... cache`).',
    remedy: 'None: it mends itself within seconds.',
  },
  'container-create': {
    matches: ['CreateContainerError'],
    cause:
      'The runtime cannot create the container: a name still taken, a bad mount or device, a slow runtime.',
    remedy: 'Read the message; if it names nothing of the pod, look at the runtime on its node.',
  },
  oom: {
    matches: ['OOMKilled'],
    counts: 'kills',
    exception: `${FINAL} ${IN_A_JOB}`,
    cause: 'The container needs more memory than its limit allows, by its size or by a leak.',
    remedy:
      'Raise `resources.limits.memory`, or lower what the program uses (heap size, caches, concurrency).',
  },
  'bad-command': {
    matches: ['RunContainerError', 'StartError', 'ContainerCannotRun', 'exit code 126 or 127'],
    counts: 'starts',
    exception: `${FINAL} ${IN_A_JOB}`,
    cause:
      'The command does not exist in the image, is not executable, or is built for another architecture.',
    remedy: 'Correct `command`, `args` or `workingDir`, or the image.',
  },
  'runtime-fault': {
    matches: ['RunContainerError', 'StartError', 'ContainerCannotRun'],
    exception: `${FINAL} ${IN_A_JOB}`,
    cause: 'The runtime cannot start the container, and the message does not blame its command.',
    remedy: 'Look at the runtime on the node of the pod; delete the pod to have it started elsewhere.',
  },
  'lifecycle-hook': {
    matches: ['PostStartHookError', 'PreCreateHookError', 'PreStartHookError'],
    counts: 'restarts',
    exception: `${FINAL} ${IN_A_JOB}`,
    cause: 'The hook that runs with the start of the container fails, so the container is killed.',
    remedy: 'Run the command of `lifecycle.postStart` by hand in the image.',
  },
  'init-failure': {
    matches: ['CrashLoopBackOff', 'Error', 'any exit of an init container with a code other than 0'],
    counts: 'restarts',
    exception: `${FINAL} ${IN_A_JOB}`,
    cause:
      'An init container ends with an error: a migration that fails, something it waits for that is not there.',
    remedy: 'Read its log: `kubectl logs POD -c CONTAINER --previous`.',
  },
  'sidecar-crash': {
    matches: ['CrashLoopBackOff', 'Error', 'any end of an init container with restartPolicy Always'],
    counts: 'restarts',
    exception: IN_A_JOB,
    cause: 'A sidecar (an init container that runs as long as the pod) keeps ending.',
    remedy: 'Read its log: `kubectl logs POD -c CONTAINER --previous`.',
  },
  'exit-loop': {
    matches: ['CrashLoopBackOff', 'Completed', 'exit code 0 under restartPolicy Always'],
    counts: 'restarts',
    exception: IN_A_JOB,
    cause:
      'The program ends well though it should run for ever: it went to the background, or it is a task and no service.',
    remedy: 'Keep the program in the foreground; run a task as a Job.',
  },
  'crash-loop': {
    matches: ['CrashLoopBackOff', 'Error', 'any exit code other than 0'],
    counts: 'restarts',
    exception: `${FINAL} ${IN_A_JOB}`,
    cause:
      'The program ends with an error, or its liveness or startup probe fails (then the exit code is 137 or 143).',
    remedy: 'Read its log: `kubectl logs POD -c CONTAINER --previous`. For probes, the events of the pod.',
  },
  'unknown-reason': {
    matches: ['any reason that no rule knows'],
    cause: 'A newer Kubernetes, or another kubelet or scheduler, with a reason that Lynceus does not know.',
    remedy:
      'Read the message. `lynceus_findings_unknown_reason_total` counts them; a report of the reason makes a rule of it.',
  },
  'restart-evidence': {
    matches: ['a container that ended since the baseline and runs again since a moment ago'],
    cause: 'Without a readiness probe a container is ready between two crashes, which proves nothing.',
    remedy: 'Wait. A readiness probe tells sooner.',
  },
  starting: {
    matches: ['ContainerCreating', 'PodInitializing', 'a container without a reason'],
    cause: 'The container is on its way: volumes, network, image, init containers.',
    remedy: 'Wait.',
  },
} as const satisfies Readonly<Record<string, RuleText>>
