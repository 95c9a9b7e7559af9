import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'

/** One import or re-export of a file. */
export interface Import {
  /** 1-based. */
  readonly line: number
  /** As written: `./store.ts`, `node:http2`, `fastify`. */
  readonly specifier: string
  /** The imported file's path below the source folder; null for packages and Node's own modules. */
  readonly file: string | null
  /** Erased when the program runs. */
  readonly typeOnly: boolean
}

/** A use of a member of the global `process`: `process.env`. */
export interface ProcessUse {
  readonly line: number
  readonly member: string
}

/** What the laws need to know of a source file. */
export interface SourceFile {
  /** Path below the source folder, with forward slashes. */
  readonly path: string
  readonly lines: number
  readonly imports: readonly Import[]
  readonly processUses: readonly ProcessUse[]
}

/** Parses the TypeScript file at `path` below `folder`; a file that can't be read throws. */
export function parseFile(folder: string, path: string): SourceFile {
  const text = readFileSync(join(folder, path), 'utf8')
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const imports: Import[] = []
  const processUses: ProcessUse[] = []
  const lineOf = (node: ts.Node): number => source.getLineAndCharacterOfPosition(node.getStart()).line + 1

  function visit(node: ts.Node): void {
    const imported = findImport(node)
    if (imported !== null)
      imports.push({ ...imported, line: lineOf(node), file: resolve(path, imported.specifier) })
    const member = processMember(node)
    if (member !== null) processUses.push({ line: lineOf(node), member })
    ts.forEachChild(node, visit)
  }

  visit(source)
  return { path, lines: text.trimEnd().split('\n').length, imports, processUses }
}

function findImport(node: ts.Node): Pick<Import, 'specifier' | 'typeOnly'> | null {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier))
    return {
      specifier: node.moduleSpecifier.text,
      typeOnly: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword,
    }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier))
    return { specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments
    if (argument && ts.isStringLiteral(argument)) return { specifier: argument.text, typeOnly: false }
  }
  return null
}

function processMember(node: ts.Node): string | null {
  if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression)) return null
  return node.expression.text === 'process' ? node.name.text : null
}

function resolve(importer: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null
  return relative('.', join(dirname(importer), specifier)).replaceAll('\\', '/')
}
