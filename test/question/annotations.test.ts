import { readFileSync } from 'node:fs'
import t from 'tap'
import { parsePolicyText } from '../../src/config/policy-file.ts'
import { ANNOTATION_NAMES, parseAnnotations } from '../../src/question/annotations.ts'
import type { Thresholds } from '../../src/question/thresholds.ts'

t.test('the parameters of a request in kebab-case, with the same values', async (t) => {
  t.same(ANNOTATION_NAMES, [
    'limit',
    'window',
    'quorum',
    'min-pods',
    'retry-limit',
    'pending-deadline',
    'progress-deadline',
    'ignore-secret-not-found',
  ])
  const cases: readonly (readonly [name: string, value: string, means: Thresholds])[] = [
    ['limit', '3', { limit: 3 }],
    ['window', '5m', { window: 300 }],
    ['quorum', 'any', { quorum: { pods: 1 } }],
    ['quorum', 'all', { quorum: { share: 1 } }],
    ['quorum', '4', { quorum: { pods: 4 } }],
    ['quorum', '25%', { quorum: { share: 0.25 } }],
    ['quorum', '1%', { quorum: { share: 0.01 } }],
    ['quorum', '100%', { quorum: { share: 1 } }],
    ['min-pods', '0', { minPods: 0 }],
    ['retry-limit', '10', { retryLimit: 10 }],
    ['pending-deadline', '90', { pendingDeadline: 90 }],
    ['progress-deadline', '1h30m', { progressDeadline: 5400 }],
    ['ignore-secret-not-found', 'true', { ignoreSecretNotFound: true }],
    ['ignore-secret-not-found', 'false', { ignoreSecretNotFound: false }],
  ]
  for (const [name, value, means] of cases)
    t.same(
      parseAnnotations({ [`lynceus.dev/${name}`]: value, note: 'x' }),
      { thresholds: means, problems: [] },
      `${name}: ${value}`,
    )
})

t.test('what is bad is told and says nothing; the rest holds', async (t) => {
  const cases: readonly (readonly [name: string, value: string, reason: RegExp | string])[] = [
    ['limit', '0', /has the value "0", which must be >= 1/],
    ['limit', '', /which must be integer/],
    ['limit', '1.5', /which must be integer/],
    ['limit', 'Infinity', /which must be integer/],
    ['limit', '1000001', /<= 1000000/],
    ['window', '-5m', /has the value "-5m"/],
    ['window', 'soon', /which must match pattern/],
    ['quorum', 'most', /which must match pattern/],
    ['quorum', '9999999', /which must match pattern/],
    ...['0', '000', '0%', '101%', '200%'].map(
      (value) =>
        [
          'quorum',
          value,
          `must be any, all, a number of pods from 1 to 999999, or a percentage from 1% to 100%, not "${value}"`,
        ] as const,
    ),
    ['min-pods', '-1', />= 0/],
    ['ignore-secret-not-found', 'yes', /which must be boolean/],
    ['ignore-secret-not-found', '1', /which must be boolean/],
    ['retry-limt', '3', /is not known; did you mean lynceus.dev\/retry-limit\?/],
    ['retryLimit', '3', /did you mean lynceus.dev\/retry-limit\?/],
    ['since', '3', /is not known/],
    ['progress-deadline', 'x'.repeat(64), /^has the value "x{39}…"/],
  ]
  for (const [name, value, reason] of cases) {
    const { thresholds, problems } = parseAnnotations({
      [`lynceus.dev/${name}`]: value,
      'lynceus.dev/pending-deadline': '10m',
    })
    t.same(thresholds, { pendingDeadline: 600 }, name)
    t.match(problems, [{ name: `lynceus.dev/${name}`, reason }], `${name}: ${value}`)
    t.equal(problems.length, 1)
  }
})

t.test('a workload without such annotations costs nothing', async (t) => {
  t.equal(parseAnnotations({}), parseAnnotations({ 'deployment.kubernetes.io/revision': '3' }))
})

t.test('docs/thresholds.md names every annotation, with examples that are valid', async (t) => {
  const document = readFileSync(new URL('../../docs/thresholds.md', import.meta.url), 'utf8')
  const rows = [...document.matchAll(/^\| `(lynceus\.dev\/[a-z-]+)` .*`"?([^"`]+)"?` +\|$/gm)]
  t.same(
    rows.map(([, name]) => name),
    ANNOTATION_NAMES.map((name) => `lynceus.dev/${name}`),
  )
  for (const [, name = '', value = ''] of rows) t.same(parseAnnotations({ [name]: value }).problems, [], name)
  const blocks = [...document.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text)
  const file = blocks.find((text) => text.includes('rules:')) ?? ''
  t.match(parsePolicyText(file), { settleSeconds: 20, rules: { oom: { class: 'fatal' } } })
})
