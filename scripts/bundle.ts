import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))

/** ES modules have no `require` of their own. */
const REQUIRE = "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);"

/** A static import of a module of Node, as esbuild writes it. */
const BUILTIN_IMPORT = /^import (?:\* as )?(\w+|\{[^}]*\}) from ("node:[\w/]+");$/gm

/**
 * Loads the modules of Node by `require`. `import` reads every export of such a module, also those that are there only to
 * load something when they are read: `import 'node:http'` thus loads the whole of Node's own undici, `import 'node:fs'`
 * all that `fs.promises` needs. Keeps the lines, as the source map counts them.
 */
function requireBuiltins(code: string): string {
  return code.replaceAll(
    BUILTIN_IMPORT,
    (_, names: string, path: string) => `const ${names.replaceAll(' as ', ': ')} = require(${path});`,
  )
}

/** Writes src/main.ts with all that it uses, packages too, to a folder: a start then reads few files. Empties it first. */
export async function bundle(target: string): Promise<void> {
  rmSync(target, { recursive: true, force: true })
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outdir: target,
    bundle: true,
    // What src/ imports only when it is needed stays in files of its own.
    splitting: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    banner: { js: REQUIRE },
    // LICENSES.txt has them, whole.
    legalComments: 'none',
    // For `node --enable-source-maps`: only positions.
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  mkdirSync(target, { recursive: true })
  for (const { path, text } of outputFiles)
    writeFileSync(path, path.endsWith('.js') ? requireBuiltins(text) : text)
  writeFileSync(join(target, 'LICENSES.txt'), collectLicenses(metafile))
  chmodSync(join(target, 'main.js'), 0o755)
}

/** Name, version and licence of each package in the bundle: nearly all licences ask for that. */
function collectLicenses({ outputs }: Metafile): string {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs))
  const folders = new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []))
  return [...folders]
    .sort()
    .map(readLicense)
    .join(`\n${'-'.repeat(80)}\n\n`)
}

/** Throws where a package names no licence: it may not be shipped. */
function readLicense(folder: string): string {
  const path = join(root, folder)
  const manifest: unknown = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
  const { name, version, license }: Readonly<Record<string, unknown>> = Object(manifest)
  if (typeof license !== 'string') throw new Error(`${folder}/package.json names no licence`)
  const file = readdirSync(path).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
  const text = file === undefined ? '' : `\n${readFileSync(join(path, file), 'utf8')}`
  return `${name} ${version} (${license})\n${text}`
}
