import { monitorEventLoopDelay } from 'node:perf_hooks'

/** What a client's first sync cost. */
export interface SyncCost {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly peakRssMiB: number
  readonly heapBytesPerPod: number
  readonly longestBlockMs: number
}

/** Measures a sync in this process; `sync` resolves when all pods are there. Needs --expose-gc. */
export async function measureSync(pods: number, sync: () => Promise<unknown>): Promise<SyncCost> {
  const collect = globalThis.gc
  if (collect === undefined) throw new Error('run with --expose-gc')
  collect()
  const heapBefore = process.memoryUsage().heapUsed
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const cpu = process.cpuUsage()
  const started = performance.now()
  await sync()
  const wallSeconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(cpu)
  // A block is only seen at the next tick of the monitor.
  await new Promise((resolve) => setTimeout(resolve, 50))
  delay.disable()
  const peakRssMiB = process.resourceUsage().maxRSS / 1024
  for (let i = 0; i < 3; i += 1) {
    collect()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const heap = process.memoryUsage().heapUsed - heapBefore
  return {
    wallSeconds,
    cpuSeconds: (user + system) / 1e6,
    peakRssMiB,
    heapBytesPerPod: heap / pods,
    longestBlockMs: delay.max / 1e6,
  }
}
