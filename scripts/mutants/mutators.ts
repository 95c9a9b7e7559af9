import ts from 'typescript'
import { mutateReturn } from './mutate-return.ts'
import type { Replacement } from './replacement.ts'

type Mutator = (node: ts.Node) => Replacement[]

const K = ts.SyntaxKind

/** Each operator and what it is exchanged for. */
const OPERATORS: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [K.LessThanToken, '<='],
  [K.LessThanEqualsToken, '<'],
  [K.GreaterThanToken, '>='],
  [K.GreaterThanEqualsToken, '>'],
  [K.EqualsEqualsEqualsToken, '!=='],
  [K.ExclamationEqualsEqualsToken, '==='],
  [K.AmpersandAmpersandToken, '||'],
  [K.BarBarToken, '&&'],
  [K.PlusToken, '-'],
  [K.MinusToken, '+'],
  [K.AsteriskToken, '/'],
  [K.SlashToken, '*'],
  [K.PlusEqualsToken, '-='],
  [K.MinusEqualsToken, '+='],
])

/** Each method and what it is exchanged for. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['find', 'findLast'],
  ['min', 'max'],
  ['max', 'min'],
  ['floor', 'ceil'],
  ['ceil', 'floor'],
])

/** Methods whose result without them has the same type: `list.filter(isReady)` -> `list`. */
const DROPPED_METHODS: ReadonlySet<string> = new Set([
  'filter',
  'slice',
  'sort',
  'toSorted',
  'reverse',
  'trim',
])

/** Verdicts and classes of rules: the dangerous direction is towards `pass`. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['fail', 'pass'],
  ['pending', 'pass'],
  ['unknown', 'pass'],
  ['pass', 'fail'],
  ['fatal', 'warning'],
  ['threshold', 'warning'],
  ['progressing', 'warning'],
  ['held', 'warning'],
])

function swapOperator(node: ts.Node): Replacement[] {
  if (!ts.isBinaryExpression(node)) return []
  const { operatorToken, left } = node
  if (operatorToken.kind === K.QuestionQuestionToken) return [{ target: node, now: left.getText() }]
  const now = OPERATORS.get(operatorToken.kind)
  return now === undefined ? [] : [{ target: operatorToken, now }]
}

/** A loop that never ends shows nothing, so that conditions of loops become only false. */
function decideCondition(node: ts.Node): Replacement[] {
  if (ts.isIfStatement(node)) return both(node.expression)
  if (ts.isConditionalExpression(node)) return both(node.condition)
  if (ts.isWhileStatement(node)) return [{ target: node.expression, now: 'false' }]
  return []
}

function both(target: ts.Node): Replacement[] {
  return ['true', 'false'].map((now) => ({ target, now }))
}

function dropNegation(node: ts.Node): Replacement[] {
  if (!ts.isPrefixUnaryExpression(node) || node.operator !== K.ExclamationToken) return []
  return [{ target: node, now: node.operand.getText() }]
}

/** A call whose value nobody uses is made for what it does. */
function dropStatement(node: ts.Node): Replacement[] {
  if (!ts.isExpressionStatement(node)) return []
  const { expression } = node
  const call = ts.isAwaitExpression(expression) ? expression.expression : expression
  if (!ts.isCallExpression(call) || call.expression.kind === K.SuperKeyword) return []
  return [{ target: expression, now: 'void 0' }]
}

function changeNumber(node: ts.Node): Replacement[] {
  if (!ts.isNumericLiteral(node) || isName(node)) return []
  const value = Number(node.text)
  const numbers = value === 0 ? [1] : [value + 1, 0]
  return numbers.map((number) => ({ target: node, now: String(number) }))
}

function isName(node: ts.Node): boolean {
  return ts.isPropertyAssignment(node.parent) && node.parent.name === node
}

function changeWord(node: ts.Node): Replacement[] {
  if (!ts.isStringLiteral(node)) return []
  const now = WORDS.get(node.text)
  return now === undefined || isName(node) ? [] : [{ target: node, now: `'${now}'` }]
}

function changeMethod(node: ts.Node): Replacement[] {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return []
  const { name, expression } = node.expression
  if (DROPPED_METHODS.has(name.text)) return [{ target: node, now: expression.getText() }]
  const now = METHODS.get(name.text)
  return now === undefined ? [] : [{ target: name, now }]
}

/** An element less in a list of two or more, a spread less in an object: a rule or a reason is forgotten. */
function dropElement(node: ts.Node): Replacement[] {
  if (ts.isArrayLiteralExpression(node) && node.elements.length > 1)
    return node.elements.map((left) => {
      const rest = node.elements.filter((element) => element !== left)
      return { target: node, now: `[${rest.map((element) => element.getText()).join(', ')}]` }
    })
  if (ts.isSpreadAssignment(node)) return [{ target: node, now: '...{}' }]
  return []
}

const MUTATORS: readonly Mutator[] = [
  swapOperator,
  decideCondition,
  dropNegation,
  dropStatement,
  changeNumber,
  changeWord,
  changeMethod,
  dropElement,
  mutateReturn,
]

/** Everything that may replace this node, or a direct part of it. */
export function mutateNode(node: ts.Node): Replacement[] {
  return MUTATORS.flatMap((mutate) => mutate(node))
}
