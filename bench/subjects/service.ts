// The service against the API of KUBECONFIG_TEXT, and in the same process a bare fastify route that answers a constant of
// the same schema and size. Tells both addresses by IPC.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fastify } from 'fastify'
import { AnswerSchema } from '../../src/analyze/answer-schema.ts'
import { parseAccess } from '../../src/cluster/client/access.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { startService } from '../../src/service.ts'

const question = process.argv[2] ?? ''
const service = await startService({
  config: loadConfig({ flags: { host: '127.0.0.1', port: '0', logLevel: 'warn' }, env: {} }),
  cluster: parseAccess(process.env.KUBECONFIG_TEXT ?? ''),
})
while (!(await fetch(`${service.url}/readyz`)).ok) await new Promise((resolve) => setTimeout(resolve, 100))
const constant: unknown = await (await fetch(`${service.url}${question}`)).json()

const bare = fastify()
bare.addSchema(AnswerSchema)
bare.get('/constant', { schema: { response: { 200: { $ref: 'Answer#' } } } }, async () => constant)
const bareUrl = await bare.listen({ host: '127.0.0.1', port: 0 })
process.send?.({
  url: service.url,
  bareUrl,
  pods: String(service.cache.objects.pods.size),
  answer: JSON.stringify(constant),
})

/** Tells when the cache has an object at this version or a later one: `{ reach: version, of: { namespace, pod } }`. */
process.on('message', (message) => {
  const { reach, of } = Object(message)
  if (typeof reach !== 'string') return
  const look = (): void => {
    const version = service.cache.objects.pods.get(of.namespace, of.pod)?.resourceVersion
    if (Number(version) >= Number(reach))
      process.send?.({ reachedAt: performance.timeOrigin + performance.now() })
    else setTimeout(look, 2)
  }
  look()
})

/** Scrapes itself without the network: `{ scrape: true }` is answered with what it cost. */
process.on('message', async (message) => {
  if (Object(message).scrape !== true) return
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const cpu = process.cpuUsage()
  const { body } = await service.app.inject('/metrics')
  const { user, system } = process.cpuUsage(cpu)
  await new Promise((resolve) => setTimeout(resolve, 20))
  delay.disable()
  const cpuMs = (user + system) / 1000
  process.send?.({
    cpuMs: String(cpuMs),
    blockMs: String(delay.max / 1e6),
    bytes: String(Buffer.byteLength(body)),
  })
})

/** Sends the CPU time that it has used so far: `{ cpu: true }`. */
process.on('message', (message) => {
  if (Object(message).cpu !== true) return
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuSeconds: (user + system) / 1e6 })
})

/** Tells what it retains: `{ memory: true }`. */
process.on('message', async (message) => {
  if (Object(message).memory !== true) return
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  const { heapUsed, rss } = process.memoryUsage()
  process.send?.({ heapUsed, rss })
})

/** Ends with the bench. */
process.on('disconnect', () => process.exit())
