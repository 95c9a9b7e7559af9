import { readFileSync } from 'node:fs'
import t from 'tap'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { run } from '../cli/lynceus.ts'
import { runScript } from '../cli/run-script.ts'
import { type Document, documents, shellLines } from './documents.ts'

const all = documents()
const root = new URL('../../', import.meta.url)

const OpenApi = Type.Object({
  paths: Type.Record(
    Type.String(),
    Type.Object({
      get: Type.Object({ parameters: Type.Optional(Type.Array(Type.Object({ name: Type.String() }))) }),
    }),
  ),
})
const { paths } = Value.Parse(OpenApi, parse(readFileSync(new URL('openapi.yaml', root), 'utf8')))

/** Ways to start the program, and the command that they stand for. */
const STARTS: readonly (readonly [RegExp, string])[] = [
  [/^lynceus ([\w-]+)/, ''],
  [/^npm run lynceus -- ([\w-]+)/, ''],
  [/^npm start\b/, 'serve'],
]

/** Calls of the program in a document's shell blocks: the command and its flags. */
function callsOf(document: Document): { readonly command: string; readonly flags: readonly string[] }[] {
  return shellLines(document).flatMap((line) =>
    STARTS.flatMap(([start, meant]) => {
      const [, named = meant] = start.exec(line) ?? []
      if (!start.test(line)) return []
      return [
        { command: named, flags: [...line.matchAll(/\s(--?[a-z][\w-]*)/g)].map(([, flag = '']) => flag) },
      ]
    }),
  )
}

/** Questions to Lynceus in a document's code: the path and the names of parameters. */
function questionsOf({ blocks }: Document): { readonly path: string; readonly names: readonly string[] }[] {
  return blocks.flatMap(({ code }) =>
    [...code.matchAll(QUESTION)].map(([, path = '', query = '']) => ({
      path,
      names: query === '' ? [] : [...new URLSearchParams(query).keys()],
    })),
  )
}

const QUESTION =
  /(?:lynceus\.lynceus|localhost:8080|\{\{args\.lynceus\}\}|lynceus:http\/proxy)(\/[\w/.]+)(?:\?([^'"\s]*))?/g

const Package = Type.Object({ scripts: Type.Record(Type.String(), Type.String()) })

t.test('every command line of the documents is one', async (t) => {
  const calls = all.flatMap((document) => callsOf(document).map((call) => ({ ...call, in: document.path })))
  t.ok(calls.length > 10)
  const commands = [...new Set(calls.map(({ command }) => command))]
  const helps = await Promise.all(commands.map((command) => run([command, '--help'])))
  for (const call of calls) {
    const help = helps[commands.indexOf(call.command)]
    t.equal(help?.code, 0, `${call.in}: ${call.command} is a command`)
    const known = [...`${help?.stdout}${help?.stderr}`.matchAll(/(?<![\w-])--?[a-z][\w-]*/g)].map(
      ([flag]) => flag,
    )
    t.same(
      call.flags.filter((flag) => flag !== '--help' && !known.includes(flag)),
      [],
      `${call.in}: ${call.command} ${call.flags.join(' ')}`,
    )
  }
})

t.test('every script of npm in the documents is one, and none needs a Node of your own', async (t) => {
  const { scripts } = Value.Parse(Package, JSON.parse(readFileSync(new URL('package.json', root), 'utf8')))
  const named = all.flatMap(({ path, text }) =>
    [...text.matchAll(/\bnpm run (?:--?\w+ )*([\w:]+)/g)].map(([line, script = '']) => ({
      path,
      line,
      script,
    })),
  )
  t.ok(named.length > 10)
  for (const { path, line, script } of named) t.ok(script in scripts, `${path}: ${line}`)
  for (const { path, text } of all) t.notMatch(text, /\bnode src\//, path)
})

t.test('every question of the documents has a route and parameters that are known', async (t) => {
  const questions = all.flatMap((one) => questionsOf(one).map((question) => ({ ...question, in: one.path })))
  t.ok(questions.length > 10)
  for (const { path, names, in: document } of questions) {
    const route = paths[path]
    const known = (route?.get.parameters ?? []).map(({ name }) => name)
    t.ok(route !== undefined, `${document}: ${path}`)
    t.same(
      names.filter((name) => !known.includes(name)),
      [],
      `${document}: ${path}?${names.join('&')}`,
    )
  }
})

t.test('every script of the documents can be read by a shell', async (t) => {
  const scripts = all.flatMap(({ path, blocks }) =>
    blocks.filter(({ language }) => language === 'sh').map(({ code }) => ({ path, code })),
  )
  t.ok(scripts.length > 10)
  const parsed = await Promise.all(
    scripts.map(({ code }) => runScript('sh', 'bash --norc -n -c "$SCRIPT"', { SCRIPT: code }, '.')),
  )
  for (const [index, { code, stderr }] of parsed.entries())
    t.equal(code, 0, `${scripts[index]?.path}: ${stderr}`)
})
