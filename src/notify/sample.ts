import { randomUUID } from 'node:crypto'
import type { Seconds } from '../model/meta.ts'
import type { AppEvent, EventKind } from './event.ts'

/** Namespace and app of samples: whoever gets one sees by its name that nothing happened. */
const NAME = 'lynceus-test'

const OF_A_CRASH: Pick<AppEvent, 'container' | 'pod' | 'dyno' | 'restarts' | 'count'> = {
  pod: `${NAME}-5d9c7b8f4-x2x7k`,
  dyno: '5d9c7b8f4.x2x7k',
  container: 'app',
  restarts: 1,
  count: 1,
}
const OF_A_WORKLOAD: typeof OF_A_CRASH = { pod: null, dyno: null, container: null, restarts: 0, count: 0 }
const EXIT: Pick<AppEvent, 'code' | 'reason' | 'exitCode'> = { code: 'H10', reason: 'Error', exitCode: 1 }
const NO_EXIT: typeof EXIT = { code: null, reason: null, exitCode: null }
const RELEASE: Pick<AppEvent, 'release' | 'image'> = { release: 'test-release', image: 'lynceus-test:1' }

const PARTS: Readonly<Record<EventKind, Partial<AppEvent>>> = {
  crashed: { ...OF_A_CRASH, ...EXIT },
  recovered: OF_A_CRASH,
  released: RELEASE,
  'release-failed': { ...RELEASE, reason: 'ProgressDeadlineExceeded' },
}

/** An event of a kind that never happened, for people to see what a target makes of it. Its id is new each time. */
export function sampleEvent(kind: EventKind, at: Seconds): AppEvent {
  return {
    id: `test-${randomUUID()}`,
    kind,
    at,
    namespace: NAME,
    app: NAME,
    legacy: true,
    workload: { kind: 'Deployment', name: NAME },
    dynoType: 'web',
    objectUid: '00000000-0000-0000-0000-000000000000',
    ...OF_A_WORKLOAD,
    ...NO_EXIT,
    message: 'This is a test of notifications: nothing happened.',
    release: null,
    image: null,
    ...PARTS[kind],
  }
}
