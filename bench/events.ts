import { seedNames } from '../testing/fake-apiserver/seed.ts'
import { shown, table } from './figures.ts'
import { message, numbers, strings, subject } from './processes.ts'

const BURST = 30_000
const CRASHES = 40

/** (c) Watch events a second, and the time from an event being sent to the changed answer being read. */
export async function benchEvents(pods: number, runs: number): Promise<string> {
  const server = subject('server', [String(pods)])
  const { kubeconfig } = await message(server, strings('kubeconfig'))
  const question = `/analyze/crashes?namespace=${seedNames(0).namespace}&hash=${seedNames(0).hash}&limit=100000`
  const service = subject('service', [question], { KUBECONFIG_TEXT: kubeconfig })
  try {
    const { url } = await message(service, strings('url'))
    const perSecond: number[] = []
    for (let run = 0; run < runs; run += 1) {
      const done = message(service, numbers('reachedAt'))
      server.send({ burst: BURST })
      const { sentAt, version } = await message(server, strings('sentAt', 'version'))
      service.send({ reach: version, of: seedNames((BURST - 1) % pods) })
      const { reachedAt } = await done
      perSecond.push(BURST / ((reachedAt - Number(sentAt)) / 1000))
    }
    const lags: number[] = []
    for (let crash = 0; crash < CRASHES; crash += 1) {
      const index = pods - 1 - crash * 10
      const { namespace, hash } = seedNames(index)
      const held = fetch(`${url}/analyze/crashes?namespace=${namespace}&hash=${hash}&limit=900&wait=20s`)
      await new Promise((resolve) => setTimeout(resolve, 30))
      server.send({ crash: index })
      const { sentAt } = await message(server, strings('sentAt'))
      const answer: unknown = await (await held).json()
      if (Object(answer).verdict !== 'fail') throw new Error('a crash was not answered')
      lags.push(performance.timeOrigin + performance.now() - Number(sentAt))
    }
    return table([
      [`watch events, ${pods} pods cached`, 'median (least to most)'],
      [`events/s, bursts of ${BURST}`, shown(perSecond, 0)],
      ['ms from event sent to changed answer read (held)', shown(lags, 1)],
    ])
  } finally {
    service.kill()
    server.kill()
  }
}
