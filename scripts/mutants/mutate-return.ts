import ts from 'typescript'
import type { Replacement } from './replacement.ts'

/** Callbacks of these methods are predicates, though nobody writes down their type. */
const PREDICATE_METHODS: ReadonlySet<string> = new Set(['filter', 'some', 'every', 'find'])

/** Returns an empty value instead of the right one. Which value, the declared type of the function says. */
export function mutateReturn(node: ts.Node): Replacement[] {
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return replace(node.body, emptyValues(node))
  if (!ts.isReturnStatement(node) || node.expression === undefined) return []
  const owner = ts.findAncestor(node, ts.isFunctionLike)
  return owner === undefined ? [] : replace(node.expression, emptyValues(owner))
}

function replace(target: ts.Expression, values: readonly string[]): Replacement[] {
  return values.filter((now) => now !== target.getText()).map((now) => ({ target, now }))
}

function emptyValues(owner: ts.SignatureDeclaration): string[] {
  const { type } = owner
  if (type === undefined) return isPredicate(owner) ? ['true', 'false'] : []
  const parts = ts.isUnionTypeNode(type) ? type.types : [type]
  return [...new Set(parts.flatMap(emptyValue))]
}

function emptyValue(type: ts.TypeNode): string[] {
  switch (type.kind) {
    case ts.SyntaxKind.TypePredicate:
    case ts.SyntaxKind.BooleanKeyword:
      return ['true', 'false']
    case ts.SyntaxKind.NumberKeyword:
      return ['0']
    case ts.SyntaxKind.StringKeyword:
      return ["''"]
    case ts.SyntaxKind.UndefinedKeyword:
      return ['undefined']
    case ts.SyntaxKind.ArrayType:
    case ts.SyntaxKind.TypeOperator:
      return ['[]']
    default:
      return type.getText() === 'null' ? ['null'] : []
  }
}

function isPredicate(owner: ts.SignatureDeclaration): boolean {
  const { parent } = owner
  if (parent === undefined || !ts.isCallExpression(parent)) return false
  const { expression } = parent
  return ts.isPropertyAccessExpression(expression) && PREDICATE_METHODS.has(expression.name.text)
}
