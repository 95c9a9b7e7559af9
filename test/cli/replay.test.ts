import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { type Finished, run } from './lynceus.ts'

const RECORDINGS = new URL('../fixtures/recordings/', import.meta.url).pathname
const recording = (name: string): string => join(RECORDINGS, `${name}.ndjson.gz`)

function lines({ stdout }: Finished): readonly Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

const SHOP = ['--kind', 'deployment', '--name', 'shop']

const OUTCOMES: readonly {
  readonly args: readonly string[]
  readonly code: number
  readonly last: Readonly<Record<string, unknown>>
}[] = [
  {
    args: [recording('new-version-crashes'), ...SHOP],
    code: 1,
    last: { verdict: 'fail', code: 'process-crashing' },
  },
  {
    args: [recording('new-version-crashes'), '--hash', 'latest'],
    code: 1,
    last: { verdict: 'fail', code: 'process-crashing' },
  },
  {
    args: [recording('new-version-crashes'), ...SHOP, '--retry-limit', '50'],
    code: 3,
    last: { verdict: 'pending', code: 'process-crashing' },
  },
  {
    args: [recording('canary-promotes'), '--kind', 'rollout', '--name', 'front'],
    code: 0,
    last: { verdict: 'pass', code: null },
  },
  {
    args: [
      ...[recording('canary-promotes'), '--kind', 'rollout', '--name', 'front'],
      ...['--custom-resources', 'apps.kruise.io/v1alpha1/CloneSet'],
    ],
    code: 0,
    last: { verdict: 'pass', code: null },
  },
]

t.test('tells each change of the verdict, and ends with the last one', async (t) => {
  for (const { args, code, last } of OUTCOMES) {
    const finished = await run(['replay', ...args])
    const told = lines(finished)
    t.equal(finished.code, code, args.slice(1).join(' '))
    t.match(told.at(-1), last)
    t.same(Object.keys(told[0] ?? {}), ['t', 'verdict', 'code', 'reason', 'message'])
    const keys = told.map(({ verdict, code, reason }) => JSON.stringify([verdict, code, reason]))
    t.notOk(
      keys.some((key, index) => key === keys[index - 1]),
      'only changes are told',
    )
  }
})

t.test('the namespace may be given, and the plain file reads as the packed one', async (t) => {
  const plain = join(t.testdir({}), 'plain.ndjson')
  writeFileSync(plain, gunzipSync(readFileSync(recording('new-version-crashes'))))
  const expected = await run(['replay', recording('new-version-crashes'), ...SHOP])
  const given = ['--namespace', 'rec-new-version-crashes', ...SHOP]
  t.same(await run(['replay', plain, ...given]), expected)
  t.match(await run(['replay', plain, ...given, '--from', '60']), {
    code: 1,
    stdout: /^{"t":60,"verdict":"fail"/,
  })
})

/** A bare pod that is not scheduled, which fails after a time, recorded for some seconds. */
function unscheduled(...more: readonly object[]): string {
  const at = '2026-01-01T00:00:00Z'
  const conditions = [
    ...[{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', lastTransitionTime: at }],
  ]
  const metadata = { name: 'one', namespace: 'a', uid: 'u', creationTimestamp: at, resourceVersion: '1' }
  const spec = { containers: [{ name: 'main', image: 'i' }] }
  const object = { apiVersion: 'v1', kind: 'Pod', metadata, spec, status: { phase: 'Pending', conditions } }
  const all = [{ startedAt: at, namespace: 'a' }, { t: 0.5, type: 'ADDED', object }, ...more]
  return all.map((line) => `${JSON.stringify(line)}\n`).join('')
}

t.test(
  'deadlines after the last event are seen up to the end line, and beyond it with --until',
  async (t) => {
    const folder = t.testdir({
      old: unscheduled(),
      short: unscheduled({ t: 60, type: 'END' }),
      long: unscheduled({ t: 1200.5, type: 'END' }),
    })
    const ask = (name: string, ...flags: readonly string[]) =>
      run(['replay', join(folder, name), '--kind', 'pod', '--name', 'one', ...flags])
    for (const [name, flags, code, seen] of [
      ['old', [], 3, 1],
      ['short', [], 3, 1],
      ['long', [], 1, 2],
      ['long', ['--until', '60'], 3, 1],
      ['old', ['--until', '1200'], 1, 2],
      ['short', ['--from', '90', '--until', '1200'], 1, 2],
    ] as const) {
      const finished = await ask(name, ...flags)
      t.match(finished, { code, stderr: '' }, `${name} ${flags.join(' ')}`)
      t.equal(lines(finished).length, seen, `${name} ${flags.join(' ')}: changes`)
    }
    const beyond = await ask('old', '--until', '1200')
    t.match(lines(beyond).at(-1), { verdict: 'fail', reason: 'Unschedulable' })
  },
)

t.test(
  'a recorder that was killed leaves a packed file without its end, which reads as far as it goes',
  async (t) => {
    const torn = join(t.testdir({}), 'torn.ndjson.gz')
    const text = gunzipSync(readFileSync(recording('new-version-crashes')))
    writeFileSync(torn, gzipSync(text, { flush: 2 }).subarray(0, -8))
    t.match(await run(['replay', torn, ...SHOP]), { code: 1, stderr: '' })
  },
)

t.test('a policy file of a server can be tried on an incident', async (t) => {
  const folder = t.testdir({ patient: 'rules: { crash-loop: { times: 50 } }', bad: 'settleSeconds: 1' })
  const ask = [recording('new-version-crashes'), ...SHOP, '--policy-file']
  const replayed = await run(['replay', ...ask, join(folder, 'patient')])
  t.match(replayed, { code: 3, stderr: '' })
  t.match(lines(replayed).at(-1), { verdict: 'pending', message: /the limit is 50/ })
  const env = { LYNCEUS_POLICY_FILE: join(folder, 'patient') }
  t.match(await run(['replay', ...ask.slice(0, -1)], env), { code: 3, stdout: replayed.stdout })
  t.match(await run(['replay', ...ask, join(folder, 'bad')]), {
    code: 2,
    stderr: /settleSeconds must be >= 10/,
  })
})

t.test('what cannot be read or asked is said', async (t) => {
  const folder = t.testdir({
    empty: '',
    bad: '{"startedAt":"2026-01-01T00:00:00Z"}\n{"t":0,"type":"ADDED"}\n',
    pod: '{"startedAt":"2026-01-01T00:00:00Z"}\n{"t":0,"type":"ADDED","object":{"kind":"Pod","metadata":1}}\n',
    text: 'hello\n',
  })
  const web = ['--namespace', 'a', '--hash', 'b']
  for (const [args, stderr] of [
    [[], /a file is required/],
    [[join(folder, 'none'), ...web], /none: ENOENT/],
    [[join(folder, 'empty'), ...web], /line 1/],
    [[join(folder, 'text'), ...web], /line 1/],
    [[join(folder, 'bad'), ...web], /line 2: no object/],
    [[join(folder, 'pod'), ...web], /line 2: no Pod of the API/],
    [[recording('canary-promotes')], /target/],
    [[recording('canary-promotes'), '--hahs', 'x'], /--hahs/],
    [[recording('canary-promotes'), '--hash', 'latest', '--limit', 'x'], /--limit/],
    [[recording('canary-promotes'), '--hash', 'latest', '--from', '-1'], /--from/],
    [[recording('canary-promotes'), '--hash', 'latest', '--until', 'x'], /--until: "x"/],
    [[recording('canary-promotes'), '--hash', 'latest', '--until', '1e9'], /--until: "1e9"/],
    [[recording('canary-promotes'), '--hash', 'latest', '--from', '9', '--until', '8'], /before --from/],
  ] as const)
    t.match(await run(['replay', ...args]), { code: 2, stdout: '', stderr }, String(stderr))
})

t.test('nothing that the question names is no answer', async (t) => {
  t.match(await run(['replay', recording('canary-promotes'), '--kind', 'job', '--name', 'none']), {
    code: 3,
    stdout: '',
    stderr: /contains nothing for job\/none/,
  })
})
