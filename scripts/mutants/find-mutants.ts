import ts from 'typescript'
import type { Mutant } from './mutant.ts'
import { mutateNode } from './mutators.ts'

/** All mutants of a source file, in the order of its text. Types, imports and declarations without code have none. */
export function findMutants(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const lines = text.split('\n')
  const mutants: Mutant[] = []

  function visit(node: ts.Node): void {
    if (isErased(node)) return
    for (const { target, now } of mutateNode(node)) {
      const start = target.getStart(source)
      const line = source.getLineAndCharacterOfPosition(start).line
      const was = text.slice(start, target.end)
      const code = lines[line]?.trim() ?? ''
      mutants.push({ file, line: line + 1, code, start, end: target.end, was, now })
    }
    ts.forEachChild(node, visit)
  }

  visit(source)
  return mutants
}

/** Type stripping removes these, or they only name what is elsewhere. */
function isErased(node: ts.Node): boolean {
  return (
    ts.isTypeNode(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node)
  )
}
