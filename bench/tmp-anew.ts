import { fork } from 'node:child_process'
import autocannon from 'autocannon'
import { seedNames } from '../testing/fake-apiserver/seed.ts'
import { message, numbers, strings, subject } from './processes.ts'

const server = subject('server', ['11000', 'workloads', 'busy'])
const { kubeconfig } = await message(server, strings('kubeconfig'))
const { app } = seedNames(0)
const q = process.argv[2] ?? `/analyze?namespace=busy&kind=deployment&name=${app}`
const service = fork(new URL('./subjects/service.ts', import.meta.url), [q], {
  execArgv: [
    '--expose-gc',
    '--max-semi-space-size=16',
    '--min-semi-space-size=16',
    ...(process.env.PROF ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prof'] : []),
  ],
  env: { ...process.env, KUBECONFIG_TEXT: kubeconfig },
})
const { url, bareUrl } = await message(service, strings('url', 'bareUrl'))
const cpu = () => {
  service.send({ cpu: true })
  return message(service, numbers('cpuSeconds'))
}
for (let r = 0; r < 3; r++)
  for (const [name, t] of Object.entries({
    again: `${url}${q}`,
    anew: `${url}${q}&window=1h`,
    bare: `${bareUrl}/constant`,
  })) {
    const a = await cpu()
    const { requests } = await autocannon({ url: t, connections: 20, duration: 3 })
    const b = await cpu()
    console.log(
      name,
      (((b.cpuSeconds - a.cpuSeconds) / requests.total) * 1e6).toFixed(1),
      'us CPU a request',
      requests.total,
    )
  }
service.disconnect()
server.kill()
setTimeout(() => process.exit(), 1500)
