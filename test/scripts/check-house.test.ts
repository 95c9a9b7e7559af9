import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'

const script = fileURLToPath(new URL('../../scripts/check-house.ts', import.meta.url))

interface Outcome {
  readonly code: number | null
  readonly lines: readonly string[]
}

function check(root: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [script, root], (error, stdout, stderr) => {
      if (stderr !== '') reject(new Error(stderr, { cause: error }))
      else resolve({ code: child.exitCode, lines: stdout.trim().split('\n') })
    })
  })
}

/** A house with nothing in it but the given sources. */
function house(t: Test, src: Record<string, string | Record<string, string>>): string {
  return t.testdir({ src, testing: {}, test: {}, scripts: {}, bench: {} })
}

t.test('a house in order', async (t) => {
  const root = house(t, {
    'main.ts': "import '../../src/cli/serve.ts'\nprocess.exitCode = Number(process.env.CODE)\n",
    cli: { 'serve.ts': "import { buildApp } from '../app.ts'\nbuildApp()\n" },
    'app.ts': "import '../../testing/fake-apiserver/http/route.ts'\nexport function buildApp() {}\n",
    http: { 'route.ts': "import type { Socket } from 'node:net'\nimport './peer.ts'\n", 'peer.ts': '' },
    rules: {
      'rule.ts':
        "import { Type } from 'typebox'\nimport type { Pod } from '../model/pod.ts'\nimport { cut } from '../lib/text.ts'\n",
    },
    lib: { 'text.ts': "import { inspect } from 'node:util'\nexport const cut = inspect\n" },
    model: { 'pod.ts': 'export interface Pod {}\n' },
    cluster: { 'connection.ts': "import { KubeConfig } from '@kubernetes/client-node'\n" },
  })
  t.same(await check(root), { code: 0, lines: ['house: 9 files in order'] })
})

t.test('each law is enforced', async (t) => {
  const root = house(t, {
    'main.ts': '',
    rules: {
      'beyond.ts': "import '../../testing/scenario/stage.ts'\n",
      'clock.ts': "import { now } from '../../src/lib/clock.ts'\n",
      'helper.ts': "import { join } from 'node:path'\n",
      'outside.ts': "import type { Store } from '../../src/cache/store.ts'\n",
      'outward.ts': "\nimport { KINDS } from '../kinds/index.ts'\n",
    },
    kinds: { 'index.ts': 'export const KINDS = 1\n' },
    model: { 'pod.ts': 'export const KINDS = 1\n' },
    cache: {
      'store.ts': "import '../../testing/fake-apiserver/http/route.ts'\nconsole.log(process.env.HOME)\n",
    },
    http: {
      'route.ts':
        "import type { KubeConfig } from '@kubernetes/client-node'\nimport { connect } from 'node:net'\n",
      'argv.ts': "import { argv } from 'node:process'\n",
    },
    lib: {
      'clock.ts': "import type { Seconds } from '../model/pod.ts'\nexport const now = 1\n",
      'read.ts': "import { readFileSync } from 'node:fs'\n",
    },
    attic: { 'box.ts': "import '../model/pod.ts'\n" },
    cli: { 'serve.ts': "import type { App } from '../http/argv.ts'\nimport '../main.ts'\n" },
  })
  t.same(await check(root), {
    code: 1,
    lines: [
      'src/attic/box.ts:1: no law lets attic import rooms; add it to laws.ts',
      'src/cache/store.ts:1: cache/ may not know http (../http/route.ts)',
      'src/cache/store.ts:2: process.env outside main.ts',
      'src/cli/serve.ts:1: cli/ may not know http: service.ts alone wires it (../http/argv.ts)',
      'src/http/argv.ts:1: node:process outside main.ts',
      'src/http/route.ts:1: @kubernetes/client-node belongs to cluster/',
      'src/http/route.ts:2: node:net belongs to cluster/, notify/',
      'src/lib/clock.ts:1: lib/ may not know model (../model/pod.ts)',
      'src/lib/read.ts:1: lib/ may not import node:fs',
      'src/rules/beyond.ts:1: src/ may not know what lies outside it (../../testing/scenario/stage.ts)',
      'src/rules/clock.ts:1: rules/ is pure: it may not read the clock',
      'src/rules/helper.ts:1: rules/ is pure: it may not import node:path',
      'src/rules/outside.ts:1: rules/ may not know cache (../cache/store.ts)',
      'src/rules/outward.ts:2: rules/ may not know kinds (../kinds/index.ts)',
    ],
  })
})

t.test('an import cycle is reported once, with its way', async (t) => {
  const root = house(t, {
    cache: {
      'a.ts': "import './b.ts'\n",
      'b.ts': "export * from './c.ts'\n",
      'c.ts': "const a = await import('./a.ts')\n",
    },
  })
  t.same(await check(root), {
    code: 1,
    lines: ['src/cache/c.ts:1: import cycle: cache/a.ts -> cache/b.ts -> cache/c.ts -> cache/a.ts'],
  })
})

t.test('tests mirror the sources', async (t) => {
  const root = t.testdir({
    src: { http: { 'app.ts': 'x\n', 'problem.ts': 'x\n' } },
    testing: { demo: { 'play.ts': 'x\n' } },
    test: {
      'corpus.test.ts': 'x\n',
      http: {
        'app.test.ts': 'x\n',
        'app-trouble.test.ts': 'x\n',
        'laws.test.ts': 'x\n',
        'memo.test.ts': 'x\n',
      },
      classify: { 'rule.test.ts': 'x\n' },
      docs: { 'links.test.ts': 'x\n' },
      testing: { demo: { 'play.test.ts': 'x\n', 'story.test.ts': 'x\n' } },
    },
    scripts: {},
    bench: {},
  })
  t.same(await check(root), {
    code: 1,
    lines: [
      'test/classify/rule.test.ts:1: mirrors src/classify/, which does not exist',
      'test/http/memo.test.ts:1: is about no file of src/http/: name it after one',
      'test/testing/demo/story.test.ts:1: is about no file of testing/demo/: name it after one',
    ],
  })
})

t.test('a file that is too long, generated ones aside', async (t) => {
  const root = t.testdir({
    src: { model: { 'long.ts': '\n'.repeat(300).concat('x\n'), 'table.generated.ts': 'x\n'.repeat(400) } },
    test: { docs: { 'long.test.ts': 'x\n'.repeat(301) } },
    scripts: {},
    testing: {},
    bench: {},
  })
  t.same(await check(root), {
    code: 1,
    lines: [
      'src/model/long.ts:301: 301 lines; at most 300',
      'test/docs/long.test.ts:301: 301 lines; at most 300',
    ],
  })
})
