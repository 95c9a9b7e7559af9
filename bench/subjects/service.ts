// The service against the API of KUBECONFIG_TEXT, and in the same process a bare fastify route that answers a constant of
// the same schema and size. Tells both addresses by IPC.
import { fastify } from 'fastify'
import { loadConfig } from '../../src/config.ts'
import { AnswerSchema } from '../../src/http/schemas/answer.ts'
import { startService } from '../../src/service.ts'

const question = process.argv[2] ?? ''
const service = await startService({
  config: loadConfig({ flags: { host: '127.0.0.1', port: '0', logLevel: 'warn' }, env: {} }),
  cluster: { kubeconfigText: process.env['KUBECONFIG_TEXT'], inCluster: false },
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
