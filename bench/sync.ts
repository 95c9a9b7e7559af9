import { ratios, shown, table } from './figures.ts'
import { message, numbers, strings, subject } from './processes.ts'

const FIGURES = ['wallSeconds', 'cpuSeconds', 'peakRssMiB', 'heapBytesPerPod', 'longestBlockMs'] as const
type Figures = Record<(typeof FIGURES)[number], number>

/** (a) Cold sync of the same pods, Lynceus and client-node's informer in turn, from one embedded API. */
export async function benchSync(pods: number, runs: number): Promise<string> {
  const server = subject('server', [String(pods)])
  try {
    const { kubeconfig } = await message(server, strings('kubeconfig'))
    const ours: Figures[] = []
    const theirs: Figures[] = []
    for (let run = 0; run < runs; run += 1) {
      ours.push(await once('sync-lynceus', pods, kubeconfig))
      theirs.push(await once('sync-client-node', pods, kubeconfig))
    }
    const rows = FIGURES.map((name) => {
      const [a, b] = [ours.map((one) => one[name]), theirs.map((one) => one[name])]
      return [name, shown(a), shown(b), shown(ratios(b, a), 1)]
    })
    return table([[`cold sync, ${pods} pods`, 'Lynceus', 'client-node informer', 'times better'], ...rows])
  } finally {
    server.kill()
  }
}

async function once(name: string, pods: number, kubeconfig: string): Promise<Figures> {
  const child = subject(name, [String(pods)], { KUBECONFIG_TEXT: kubeconfig })
  try {
    return await message(child, numbers(...FIGURES))
  } finally {
    child.kill()
  }
}
