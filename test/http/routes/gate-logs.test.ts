// Remedy, next command and ends of logs, as a service gives them.
import t, { type Test } from 'tap'
import { QUESTION, type Waiting, waiting } from '../waiting.ts'

const CRASH = { exitCode: 1, reason: 'Error' }
const CAUSE = 'panic: no database'
/** What a program writes that would be a command of the CI system in which a person reads it. */
const ATTACK = '::error::hacked\n::set-output name=x::y\n ##[add-path]/evil\n\u001b[2J'

async function crashing(t: Test, settings: Readonly<Record<string, string>>) {
  const world = await waiting(t, { settings })
  const actor = world.release()
  for (let crash = 0; crash < 4; crash += 1) {
    actor.ends(CRASH)
    actor.starts()
  }
  actor.ends(CRASH)
  actor.backsOff()
  world.cluster.logs.write('shop', actor.pod, 'app', `${ATTACK}\n${CAUSE}\n`, true)
  await world.heard()
  const logRequests = () => world.api.requests.filter((request) => request.includes('/log?')).length
  const text = async (query: string, accept = 'application/json') => {
    const init = { headers: { accept } }
    return (await fetch(`${world.service.url}/${query}`, init)).text()
  }
  return { ...world, pod: actor.pod, logRequests, text }
}

const gate = `gate?${QUESTION}`

t.test('without the setting: what to do, and no log is asked for', async (t) => {
  const { text, pod, logRequests } = await crashing(t, {})
  const next = `kubectl logs ${pod} -n shop -c app --previous`
  const answer = JSON.parse(await text(`${gate}&detail=full`))
  t.match(answer.findings[0], { rule: 'crash-loop', next, remedy: /^Read / })
  t.match(answer.workloads[0], { target: 'deployment/web', next, remedy: /^Read / })
  t.notMatch(JSON.stringify(answer), '`', 'plain text')
  const lines = (await text(`${gate}&format=text`)).trimEnd().split('\n')
  t.match(lines.at(-2), /^ {2}Remedy: Read /)
  t.equal(lines.at(-1), `  Next: ${next}`)
  t.match(await text(`${gate}&format=junit`), `Next: ${next}</failure>`)
  t.match(
    await text(`${gate}&format=github`),
    new RegExp(`^::error title=.*%0ARemedy: .*%0ANext: ${next}\n$`),
  )
  t.equal(logRequests(), 0)
})

t.test('with it, each form has the last lines', async (t) => {
  const { text, pod, logRequests } = await crashing(t, { logs: 'true' })
  const body = await text(`${gate}&format=text`)
  const [, log = ''] = body.split(`  Log of container app of pod ${pod}, previous run, its last lines:\n`)
  t.match(log, new RegExp(`^ {2}\\| ::error::hacked\n(.*\n)*  \\| ${CAUSE}\n$`))
  const github = await text(`${gate}&format=github`)
  t.match(github, `::group::Log of container app of pod ${pod}, previous run, its last lines:\n| ::error`)
  const commands = github.split('\n').filter((line) => line.trimStart().startsWith('::'))
  t.strictSame(
    commands.map((line) => line.split(/[ :]+/)[1]),
    ['error', 'group', 'endgroup'],
  )
  t.notMatch(github, '##[')
  t.match(await text(`${gate}&format=junit`), `| ${CAUSE}</system-out>`)
  const full = JSON.parse(await text(`${gate}&detail=full`))
  t.match(full.logs, [{ pod, container: 'app', previous: true, problem: null }])
  t.equal(full.logs[0].lines.at(-1), CAUSE)
  const stream = await text(`${gate}&detail=full`, 'text/event-stream')
  t.match(stream, new RegExp(`event: final\n.*data: .*"lines":.*${CAUSE}`, 's'))
  const analysis = `analyze?${QUESTION}&detail=full`
  t.match(JSON.parse(await text(analysis)).logs, [{ pod }])
  t.match(JSON.parse(await text(analysis)).logs, [{ pod }], 'the same URL again')
  t.equal(logRequests(), 1, 'one run, one request')
})

t.test('never in a summary, nor in metrics or the own log', async (t) => {
  const { text, logRequests, log } = await crashing(t, { logs: 'true', logLevel: 'trace' })
  for (const path of [gate, `analyze?${QUESTION}`, `analyze/rollout?${QUESTION}`]) {
    const answer = JSON.parse(await text(path))
    t.notOk('logs' in answer || 'findings' in answer, path)
  }
  t.notMatch(await text(gate, 'text/event-stream'), CAUSE)
  t.equal(logRequests(), 0)
  t.match(await text(`${gate}&detail=full`), CAUSE)
  t.notMatch(await text('metrics'), CAUSE)
  t.notMatch(log.join(''), CAUSE)
})

t.test('a log that may not be read is no error', async (t) => {
  const { api, text } = await crashing(t, { logs: 'true' })
  api.access.forbid('pods/log')
  const response = await text(`${gate}&format=text`)
  t.match(response, /fail \(process-crashing\)/)
  t.match(response, /not read, as the right to get pods\/log is missing\.\n$/)
})

t.test('a pass has none of it, a timeout has', async (t) => {
  const world: Waiting = await waiting(t, { settings: { logs: 'true' } })
  const actor = world.release()
  world.cluster.logs.write('shop', actor.pod, 'app', 'still migrating\n')
  await world.heard()
  const ask = async (query: string) => (await fetch(`${world.service.url}/gate?${QUESTION}&${query}`)).text()
  const late = ask('format=text&timeout=1s')
  await world.awaiting(1, 1)
  world.time.advance(2)
  t.match(await late, /pending .*\n {2}Remedy: .*\n {2}Next: kubectl .*\n(.*\n)*No final verdict/)
  actor.becomesReady()
  await world.heard()
  const good = ask('format=text')
  await world.awaiting(1, 1)
  world.time.advance(11)
  t.notMatch(await good, /Remedy|Next|Log/)
})
