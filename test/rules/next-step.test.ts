import fc from 'fast-check'
import t from 'tap'
import { type FindingPlace, nextCommand, resolveStep } from '../../src/rules/next-step.ts'
import type { NextStep } from '../../src/rules/rule.ts'

const RUN = {
  namespace: 'shop',
  pod: 'web-1',
  podUid: 'u',
  container: 'app',
  restarts: 2,
  previous: true,
  hasEnded: true,
}
const POD = { resource: 'pod', name: 'web-1', kind: 'Pod', namespace: 'shop' }
const PLACE: FindingPlace = { namespace: 'shop', object: POD, node: 'node-1', run: RUN }
const LONE: FindingPlace = { namespace: 'shop', object: null, node: null, run: null }
const ROLLOUT = { resource: 'rollouts.argoproj.io', name: 'front', kind: 'Rollout', namespace: 'shop' }
const NODE = { resource: 'node', name: 'node-1', kind: 'Node', namespace: null }

const COMMANDS: readonly (readonly [NextStep, FindingPlace, string | null])[] = [
  ['last-log', PLACE, 'kubectl logs web-1 -n shop -c app --previous'],
  ['log', { ...PLACE, run: { ...RUN, previous: false } }, 'kubectl logs web-1 -n shop -c app'],
  ['log', { ...PLACE, run: null }, 'kubectl describe pod web-1 -n shop'],
  ['describe', PLACE, 'kubectl describe pod web-1 -n shop'],
  ['describe', { ...PLACE, object: ROLLOUT }, 'kubectl describe rollouts.argoproj.io front -n shop'],
  ['describe', { ...PLACE, object: NODE }, 'kubectl describe node node-1'],
  [
    'events',
    PLACE,
    'kubectl get events -n shop --field-selector involvedObject.kind=Pod,involvedObject.name=web-1',
  ],
  ['describe-node', PLACE, 'kubectl describe node node-1'],
  ['describe-node', { ...PLACE, node: '' }, 'kubectl describe pod web-1 -n shop'],
  ['quota', LONE, 'kubectl describe quota -n shop'],
  ['claims', LONE, 'kubectl get persistentvolumeclaims -n shop'],
  ['webhooks', LONE, 'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations'],
  ['none', PLACE, null],
  ['describe', LONE, null],
  ['last-log', LONE, null],
]

t.test('each step is one command', async (t) => {
  for (const [step, place, command] of COMMANDS) t.equal(nextCommand(step, place), command, step)
})

t.test('a rule without a step gets what fits its subject', async (t) => {
  t.equal(resolveStep({}, { container: 'app', exitCode: 1 }), 'last-log')
  t.equal(resolveStep({}, { container: 'app', exitCode: null }), 'describe')
  t.equal(resolveStep({}, { container: null, exitCode: null }), 'describe')
  t.equal(resolveStep({ next: 'quota' }, { container: 'app', exitCode: 1 }), 'quota')
})

const NASTY = [
  '$(reboot)',
  '`x`',
  'a;b',
  'a b',
  '-f',
  '--all',
  '',
  "a'b",
  'a"b',
  'a\nb',
  'a&b',
  'a|b',
  '*',
  '~',
  'a>b',
  '#a',
  'a\\',
  '%PATH%',
  'ü',
]
const name = fc.oneof(fc.constantFrom(...NASTY), fc.string(), fc.constantFrom('web-1', 'a.b', 'x'))
const steps = fc.constantFrom(...COMMANDS.map(([step]) => step))

t.test('no name of the cluster means anything to a shell', async (t) => {
  const world = fc.record({
    step: steps,
    namespace: name,
    pod: name,
    container: name,
    node: name,
    object: name,
  })
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(world, ({ step, namespace, pod, container, node, object }) => {
        const command = nextCommand(step, {
          namespace,
          node,
          object: { resource: 'pod', kind: 'Pod', name: object, namespace },
          run: { ...RUN, namespace, pod, container },
        })
        if (command === null) return true
        const [program, ...words] = command.split(' ')
        const flags = new Set(['-n', '-c', '--previous', '--field-selector'])
        return (
          program === 'kubectl' &&
          words.every((word) => flags.has(word) || /^[A-Za-z0-9][\w.:/=,-]*$/.test(word))
        )
      }),
      { numRuns: 3000 },
    ),
  )
})
