import { parseGoDuration } from '../../../lib/duration.ts'
import type { RolloutStatusLimits } from '../../../rules/policies/rollout-status.ts'
import { type GoFlag, goBool, goInt, parseGoFlags } from '../go-flags.ts'

/** Kinds in the order in which they are looked at. */
export const KINDS = ['deployment', 'statefulset', 'job'] as const
export type StatusKind = (typeof KINDS)[number]

/** What the command line asks for. */
export interface StatusOptions {
  /** Empty: all namespaces. */
  readonly namespace: string
  /** Empty: whatever is there. */
  readonly selector: string
  /** Undefined: as kubectl finds them. */
  readonly context: string | undefined
  readonly kubeconfig: string | undefined
  readonly intervalSeconds: number
  readonly limits: RolloutStatusLimits
  readonly kinds: readonly StatusKind[]
  readonly ignoreSecretNotFound: boolean
  /** Null: none. */
  readonly timeoutSeconds: number | null
}

/** No shorter pace than this, seconds: each decision looks at every pod. */
const MIN_INTERVAL_SECONDS = 0.01
/** Longer than any rollout, and the longest that a timer can wait is 24 days, seconds. */
const MAX_INTERVAL_SECONDS = 86_400

const DEFAULT = { interval: '5s', 'retry-limit': '6', 'pending-deadline': '180', timeout: '0s' } as const

/** The flags of the original, then those that are new. */
export const FLAGS = {
  namespace: text('Namespace to watch rollouts in; all namespaces if empty'),
  selector: text('Label selector of what to watch, as kubectl writes it, e.g. release=foo,component=bar'),
  kubecontext: text('Kubeconfig context to use'),
  kubeconfig: text('Path to the kubeconfig (default $KUBECONFIG, then as kubectl finds it)'),
  interval: duration('Time between two decisions', DEFAULT.interval),
  'retry-limit': int('Restarts of a container that are allowed, -1 for any number', DEFAULT['retry-limit']),
  'pending-deadline': int(
    'Seconds for which a pod may be unschedulable, -1 for ever',
    DEFAULT['pending-deadline'],
  ),
  'kind-filter': {
    ...text('Look only at this kind: deployment, statefulset or job'),
    problem: (value: string) =>
      value === '' || isKind(value) ? null : 'must be deployment, statefulset or job',
  },
  'ignore-secret-not-found': toggle('A Secret that a Job waits for may be missing for now'),
  timeout: duration('End with the code not-progressing after this time; 0 for never', DEFAULT.timeout),
} as const satisfies Record<string, GoFlag>

/** Reads the command line; `help` and `misuse` are for the caller to say. */
export function readOptions(args: readonly string[]) {
  const parsed = parseGoFlags(args, FLAGS)
  if (parsed.type !== 'values') return parsed
  const value = (name: keyof typeof FLAGS): string => parsed.values.get(name) ?? ''
  const number = (name: keyof typeof DEFAULT, read: (value: string) => number | undefined): number =>
    read(parsed.values.get(name) ?? DEFAULT[name]) ?? 0
  const retries = number('retry-limit', goInt)
  const pendingSeconds = number('pending-deadline', goInt)
  const timeout = number('timeout', parseGoDuration)
  const kind = value('kind-filter')
  const interval = number('interval', parseGoDuration)
  const options: StatusOptions = {
    namespace: value('namespace'),
    selector: value('selector'),
    context: given(value('kubecontext')),
    kubeconfig: given(value('kubeconfig')),
    intervalSeconds: Math.min(Math.max(interval, MIN_INTERVAL_SECONDS), MAX_INTERVAL_SECONDS),
    limits: {
      retries: retries < 0 ? null : retries,
      pendingSeconds: pendingSeconds < 0 ? null : pendingSeconds,
    },
    kinds: isKind(kind) ? [kind] : KINDS,
    ignoreSecretNotFound: goBool(value('ignore-secret-not-found')) === true,
    timeoutSeconds: timeout <= 0 ? null : timeout,
  }
  return { type: 'options', options } as const
}

function given(value: string): string | undefined {
  return value === '' ? undefined : value
}

function isKind(value: string): value is StatusKind {
  return KINDS.some((kind) => kind === value)
}

const PARSE_ERROR = 'parse error'

function text(usage: string): GoFlag {
  return { type: 'string', usage, shownDefault: '', problem: () => null }
}

function int(usage: string, initial: string): GoFlag {
  const problem = (value: string) => (goInt(value) === undefined ? PARSE_ERROR : null)
  return { type: 'int', usage, shownDefault: initial, problem }
}

function duration(usage: string, initial: string): GoFlag {
  const problem = (value: string) => (parseGoDuration(value) === undefined ? PARSE_ERROR : null)
  return { type: 'duration', usage, shownDefault: initial === '0s' ? '' : initial, problem }
}

function toggle(usage: string): GoFlag {
  const problem = (value: string) => (goBool(value) === undefined ? PARSE_ERROR : null)
  return { type: '', usage, shownDefault: '', problem }
}
