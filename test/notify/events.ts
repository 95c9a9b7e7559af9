import type { AppEvent } from '../../src/notify/event.ts'

/** A crash with the given fields. */
export function event(given: Partial<AppEvent> = {}): AppEvent {
  return {
    id: '0123',
    kind: 'crashed',
    at: 1_700_000_000,
    namespace: 'prod',
    app: 'shop',
    legacy: true,
    workload: { kind: 'Deployment', name: 'shop--web' },
    dynoType: 'web',
    objectUid: 'uid-1',
    pod: 'shop--web-389233991-aed11',
    dyno: '389233991.aed11',
    container: 'app',
    restarts: 3,
    count: 2,
    code: 'H10',
    reason: 'Error',
    exitCode: 1,
    message: 'Container app of pod shop--web-389233991-aed11 ended <1>.',
    release: null,
    image: null,
    ...given,
  }
}
