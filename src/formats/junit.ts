import type { Answer } from '../analyze/answer-schema.ts'
import { adviceLines, type Case, listCases, logLines, logTitle, verdictText } from './text.ts'

/**
 * Renders an answer as a JUnit report with one test case for each workload: fail and pending are failures, unknown is an
 * error. https://github.com/testmoapp/junitxml
 */
export function junit(answer: Answer, seconds: number): string {
  const cases = listCases(answer)
  const failures = cases.filter(({ verdict }) => verdict === 'fail' || verdict === 'pending').length
  const errors = cases.filter(({ verdict }) => verdict === 'unknown').length
  const counts = `tests="${cases.length}" failures="${failures}" errors="${errors}" time="${seconds.toFixed(3)}"`
  const omitted = answer.workloadsOmitted ?? 0
  const left = omitted === 0 ? '' : `    <system-out>${omitted} more workloads were left out.</system-out>\n`
  // Of several workloads, the logs are those of the one that decides.
  const deciding = cases.find(({ verdict }) => verdict === answer.verdict)
  const logs = (answer.logs ?? []).flatMap((log) => [logTitle(log), ...logLines(log)])
  const body = cases.map((one) => testCase(one, seconds, one === deciding ? logs : [])).join('') + left
  return report(` ${xml(answer.target)}`, counts, ` timestamp="${xml(answer.evaluatedAt)}"`, body)
}

/** A wait without an answer, as a JUnit report with one error; `type` names what went wrong. */
export function junitError(message: string, type: string, seconds: number): string {
  const time = `time="${seconds.toFixed(3)}"`
  const error = `<error message="${xml(message)}" type="${xml(type)}">${xml(message)}</error>`
  const open = `    <testcase name="gate" classname="lynceus.gate" ${time}>\n`
  return report(
    '',
    `tests="1" failures="0" errors="1" ${time}`,
    '',
    `${open}      ${error}\n    </testcase>\n`,
  )
}

function report(target: string, counts: string, timestamp: string, body: string): string {
  const name = `name="lynceus gate${target}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuites ${name} ${counts}>\n`,
    `  <testsuite ${name} ${counts}${timestamp}>\n`,
    body,
    '  </testsuite>\n</testsuites>\n',
  ].join('')
}

function testCase(one: Case, seconds: number, logs: readonly string[]): string {
  const open = `    <testcase name="${xml(one.target)}" classname="lynceus.gate" time="${seconds.toFixed(3)}"`
  if (one.verdict === 'pass') return `${open}/>\n`
  const element = one.verdict === 'unknown' ? 'error' : 'failure'
  const message = `message="${xml(one.message)}" type="${xml(one.code ?? one.reason ?? one.verdict)}"`
  const words = [`${verdictText(one)}: ${one.message}`, ...adviceLines(one)].map(xml).join('\n')
  const output = logs.length === 0 ? '' : `      <system-out>${logs.map(xml).join('\n')}</system-out>\n`
  return `${open}>\n      <${element} ${message}>${words}</${element}>\n${output}    </testcase>\n`
}

/** Characters that XML 1.0 does not allow, not even escaped. https://www.w3.org/TR/xml/#charsets */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

function xml(text: string): string {
  return text
    .replaceAll(FORBIDDEN, '\u{FFFD}')
    .replaceAll(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? character)
}
