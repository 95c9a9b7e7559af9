import { randomUUID } from 'node:crypto'
import type { Seconds } from '../model/meta.ts'
import { type AppEvent, type EventKind, NO_DETAILS } from './event.ts'

/** Namespace and app of samples: their name shows that nothing happened. */
const NAME = 'lynceus-test'

const CONTAINER: Partial<AppEvent> = {
  pod: `${NAME}-5d9c7b8f4-x2x7k`,
  dyno: '5d9c7b8f4.x2x7k',
  container: 'app',
  restarts: 1,
  count: 1,
}
const RELEASE: Partial<AppEvent> = { release: 'test-release', image: 'lynceus-test:1' }

const DETAILS: Readonly<Record<EventKind, Partial<AppEvent>>> = {
  crashed: { ...CONTAINER, code: 'H10', reason: 'Error', exitCode: 1 },
  recovered: CONTAINER,
  released: RELEASE,
  'release-failed': { ...RELEASE, reason: 'ProgressDeadlineExceeded' },
}

/** An event of a kind that did not happen, to show what a target does with it. Its ID is new each time. */
export function buildSampleEvent(kind: EventKind, at: Seconds): AppEvent {
  return {
    ...NO_DETAILS,
    id: `test-${randomUUID()}`,
    kind,
    at,
    namespace: NAME,
    app: NAME,
    legacy: true,
    workload: { kind: 'Deployment', name: NAME },
    dynoType: 'web',
    objectUid: '00000000-0000-0000-0000-000000000000',
    message: 'This is a test of notifications: nothing happened.',
    ...DETAILS[kind],
  }
}
