// Command lines as Go's flag package reads them: https://pkg.go.dev/flag
import fc from 'fast-check'
import t from 'tap'
import { goBool, goInt } from '../../../src/cli/compat/go-flags.ts'
import { readOptions, type StatusOptions } from '../../../src/cli/compat/rollout-status/options.ts'

const DEFAULTS: StatusOptions = {
  namespace: '',
  selector: '',
  context: undefined,
  kubeconfig: undefined,
  intervalSeconds: 5,
  limits: { retries: 6, pendingSeconds: 180 },
  kinds: ['deployment', 'statefulset', 'job'],
  ignoreSecretNotFound: false,
  timeoutSeconds: null,
}

const SECRET = { ignoreSecretNotFound: true }

const READ: readonly (readonly [string, Partial<StatusOptions>])[] = [
  ['', {}],
  ['-namespace shop', { namespace: 'shop' }],
  ['--namespace shop', { namespace: 'shop' }],
  ['-namespace=shop', { namespace: 'shop' }],
  ['--namespace=shop', { namespace: 'shop' }],
  ['-namespace=', { namespace: '' }],
  ['-namespace a -namespace b', { namespace: 'b' }],
  ['-selector release=foo,component=bar', { selector: 'release=foo,component=bar' }],
  ['-selector=release=foo', { selector: 'release=foo' }],
  ['-kubecontext dev -kubeconfig /k', { context: 'dev', kubeconfig: '/k' }],
  ['-interval 1m30s', { intervalSeconds: 90 }],
  ['-interval=500ms', { intervalSeconds: 0.5 }],
  ['-interval=0', { intervalSeconds: 0.01 }],
  ['-retry-limit 0', { limits: { retries: 0, pendingSeconds: 180 } }],
  ['-retry-limit -1', { limits: { retries: null, pendingSeconds: 180 } }],
  ['-retry-limit=0x10', { limits: { retries: 16, pendingSeconds: 180 } }],
  ['-pending-deadline=-1', { limits: { retries: 6, pendingSeconds: null } }],
  ['-pending-deadline 5', { limits: { retries: 6, pendingSeconds: 5 } }],
  ['-kind-filter job', { kinds: ['job'] }],
  ['-kind-filter=', {}],
  ['-ignore-secret-not-found', SECRET],
  ['--ignore-secret-not-found', SECRET],
  ['-ignore-secret-not-found=true', SECRET],
  ['-ignore-secret-not-found=1', SECRET],
  ['-ignore-secret-not-found=T', SECRET],
  ['-ignore-secret-not-found=false', {}],
  ['-ignore-secret-not-found=f', {}],
  ['-ignore-secret-not-found -namespace shop', { ...SECRET, namespace: 'shop' }],
  // A switch takes no separate value: it is the first argument, and arguments end the flags.
  ['-ignore-secret-not-found false -namespace shop', SECRET],
  ['-namespace shop rest -selector a', { namespace: 'shop' }],
  ['-namespace shop -- -selector a', { namespace: 'shop' }],
  ['- -namespace shop', {}],
  ['-namespace -selector', { namespace: '-selector' }],
  ['-timeout 10m', { timeoutSeconds: 600 }],
  ['-timeout=0', {}],
]

const MISUSED: readonly (readonly [string, string])[] = [
  ['-nothing', 'flag provided but not defined: -nothing'],
  ['--nothing=1', 'flag provided but not defined: -nothing'],
  ['-namespace', 'flag needs an argument: -namespace'],
  ['---namespace x', 'bad flag syntax: ---namespace'],
  ['-=x', 'bad flag syntax: -=x'],
  ['--=x', 'bad flag syntax: --=x'],
  ['-interval 5', 'invalid value "5" for flag -interval: parse error'],
  ['-interval=soon', 'invalid value "soon" for flag -interval: parse error'],
  ['-retry-limit six', 'invalid value "six" for flag -retry-limit: parse error'],
  ['-pending-deadline=3m', 'invalid value "3m" for flag -pending-deadline: parse error'],
  ['-ignore-secret-not-found=yes', 'invalid boolean value "yes" for -ignore-secret-not-found: parse error'],
  ['-kind-filter pod', 'invalid value "pod" for flag -kind-filter: must be deployment, statefulset or job'],
]

function split(line: string): string[] {
  return line === '' ? [] : line.split(' ')
}

t.test('what is read', async (t) => {
  for (const [line, changed] of READ)
    t.same(readOptions(split(line)), { type: 'options', options: { ...DEFAULTS, ...changed } }, line)
  for (const line of ['-h', '-help', '--help', '-namespace shop -h'])
    t.same(readOptions(split(line)), { type: 'help' }, line)
})

t.test('what is refused', async (t) => {
  for (const [line, message] of MISUSED) t.same(readOptions(split(line)), { type: 'misuse', message }, line)
})

t.test('numbers and booleans', async (t) => {
  const numbers = [
    ['6', 6],
    ['-1', -1],
    ['+1', 1],
    ['010', 8],
    ['0b11', 3],
    ['0', 0],
    ['-0', 0],
    ['', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['99999999999999999999', undefined],
  ] as const
  for (const [text, number] of numbers) t.equal(goInt(text), number, text)
  t.same(['1', 't', 'TRUE', 'True'].map(goBool), [true, true, true, true])
  t.same(['0', 'f', 'FALSE', 'False'].map(goBool), [false, false, false, false])
  t.same(['yes', '', 'tRUE'].map(goBool), [undefined, undefined, undefined])
})

t.test('any command line is read, is help, or is refused', async () => {
  const word = fc.oneof(
    fc.constantFrom('-namespace', '--interval', '-retry-limit=1', '-h', '--', '-', '=', '-interval=1s'),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (args) =>
      ['options', 'help', 'misuse'].includes(readOptions(args).type),
    ),
  )
})
