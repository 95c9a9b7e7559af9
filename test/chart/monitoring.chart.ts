// The alerts and the dashboard against a real Prometheus that scrapes a running Lynceus.
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { parse } from 'yaml'
import { CHAPTERS } from '../../testing/scenario/chapters.ts'
import { Stage } from '../../testing/scenario/stage.ts'
import { type Serving, serving } from '../http/serving.ts'
import { at, list, text } from '../live/support/json.ts'
import { until } from '../live/support/until.ts'
import { Prometheus, RULES } from './support/prometheus.ts'

const exec = promisify(execFile)
const unitTests = fileURLToPath(new URL('rules.test.yaml', import.meta.url))
const dashboardFile = new URL('../../charts/lynceus/monitoring/dashboard.json', import.meta.url)

/** A second of the story, seconds. */
const PACE = 0.05

const METRIC = /\b(?:lynceus|nodejs|process)_\w+/g

/** Only a service with targets for notifications has these series. */
const ONLY_WITH_NOTIFICATIONS = /^lynceus_notification/

/** What Grafana puts in. */
const VARIABLES: Readonly<Record<string, string>> = { $namespace: '.*', $job: '.*', $__rate_interval: '1m' }

interface Query {
  readonly name: string
  readonly expression: string
}

function dashboardQueries(): Query[] {
  const dashboard: unknown = JSON.parse(readFileSync(dashboardFile, 'utf8'))
  return list(dashboard, 'panels').flatMap((panel) =>
    list(panel, 'targets').map((target) => ({
      name: `${text(panel, 'title')} ${text(target, 'refId')}`,
      expression: Object.entries(VARIABLES).reduce(
        (expression, [name, value]) => expression.replaceAll(name, value),
        text(target, 'expr'),
      ),
    })),
  )
}

function ruleQueries(): Query[] {
  const rules: unknown = parse(readFileSync(RULES, 'utf8'))
  return list(rules, 'groups', 0, 'rules').map((rule) => ({
    name: text(rule, 'alert'),
    expression: text(rule, 'expr'),
  }))
}

/** A release that is good, then one that crash-loops; and questions about it. */
async function story({ cluster, get }: Serving): Promise<void> {
  const app = { namespace: 'shop', name: 'checkout', replicas: 2 }
  const now = () => Date.now() / 1000
  const stage = new Stage({ cluster, app, tell: () => undefined, now, pace: PACE })
  for (const { image, play } of CHAPTERS.slice(0, 2)) {
    await play(stage, image)
    for (const route of ['/analyze', '/analyze/crashes', '/analyze/rollout'])
      await get(`${route}?namespace=shop&kind=deployment&name=checkout`)
  }
}

t.test('promtool is content with the rules', async (t) => {
  t.match((await exec('promtool', ['check', 'rules', RULES])).stdout, /SUCCESS: 6 rules/)
  t.match((await exec('promtool', ['test', 'rules', unitTests])).stdout, /SUCCESS/)
})

t.test('against a running Lynceus', async (t) => {
  const running = await serving(t)
  const prometheus = await Prometheus.start(new URL(running.service.url).host)
  t.teardown(() => prometheus.stop())
  await until(
    'a first scrape',
    () => prometheus.query('lynceus_ready'),
    (found) => found.length > 0,
  )
  await story(running)

  t.test('promtool is content with /metrics', async (t) => {
    const input = await (await fetch(`${running.service.url}/metrics`)).text()
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input,
      encoding: 'utf8',
    })
    t.equal(status, 0, 'exit code', { stdout, stderr })
    t.equal(stdout + stderr, '', 'nothing to say')
  })

  t.test('every panel of the dashboard shows something', async (t) => {
    for (const { name, expression } of dashboardQueries()) {
      const found = await until(
        `${name}: ${expression}`,
        () => prometheus.query(expression),
        (results) => results.length > 0,
      )
      t.ok(found.length > 0, name)
    }
  })

  t.test('the workload that fails and crashes is what the alerts ask for', async (t) => {
    const checkout = [{ metric: { namespace: 'shop', kind: 'deployment', name: 'checkout' } }]
    const failing = 'max by (namespace, kind, name) (lynceus_workload_verdict{verdict="fail"}) == 1'
    const crashes = 'max by (namespace, kind, name) (lynceus_workload_crashes_total) > 0'
    for (const expression of [failing, crashes]) {
      // The end of the story need not be scraped yet.
      const found = await until(
        expression,
        () => prometheus.query(expression),
        (results) => results.length > 0,
      )
      t.match(found, checkout)
    }
  })

  t.test('every series that a rule asks for exists', async (t) => {
    for (const { name, expression } of ruleQueries()) {
      await prometheus.query(expression)
      for (const [metric] of expression.matchAll(METRIC)) {
        if (ONLY_WITH_NOTIFICATIONS.test(metric)) continue
        const found = await until(
          `${name}: ${metric}`,
          () => prometheus.query(metric),
          (results) => results.length > 0,
        )
        t.ok(found.length > 0, `${name}: ${metric}`)
      }
    }
    const rules = await until(
      'evaluation of the rules',
      () => prometheus.rules(),
      (all) => all.every((rule) => at(rule, 'health') !== 'unknown'),
    )
    t.same(
      rules.map((rule) => at(rule, 'health')),
      rules.map(() => 'ok'),
      'all are evaluated',
    )
  })
})
