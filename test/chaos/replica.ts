import { readFileSync } from 'node:fs'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { loadAccess } from '../../src/cluster/client/access.ts'
import { DEFAULT_TIMING } from '../../src/cluster/watch/reflector-context.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { readNotifySettings } from '../../src/config/notify-file.ts'
import { startService } from '../../src/service.ts'
import { FastClock } from './fast-clock.ts'

/**
 * A replica that chaos.ts kills: the service as `lynceus serve` starts it, but with a fast clock. The argument is the path of
 * its settings file. It logs to stdout.
 */
const SETTINGS = Type.Object({
  kubeconfig: Type.String(),
  notifyFile: Type.String(),
  clock: Type.Object({ origin: Type.Number(), speed: Type.Number() }),
})

const { kubeconfig, notifyFile, clock } = Value.Parse(
  SETTINGS,
  JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')),
)
const { now, schedule } = new FastClock(clock)
const flags = {
  host: '127.0.0.1',
  port: '0',
  notifyAllowLoopback: 'true',
  // The fast clock would make fresh data look stale, and the notifier reports nothing from stale data.
  staleAfter: '1h',
}
await startService({
  config: loadConfig({ flags, env: {} }),
  notify: readNotifySettings(undefined, notifyFile),
  cluster: loadAccess([kubeconfig]),
  now,
  schedule,
  timing: { ...DEFAULT_TIMING, idleSeconds: DEFAULT_TIMING.idleSeconds * clock.speed },
})
