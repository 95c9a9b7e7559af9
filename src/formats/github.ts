import type { Answer } from '../analyze/answer-schema.ts'
import { listCases, oneLine, verdictText } from './text.ts'

const COMMANDS: Readonly<Record<Answer['verdict'], string>> = {
  pass: 'notice',
  pending: 'warning',
  fail: 'error',
  unknown: 'warning',
}

/**
 * Renders an answer as workflow commands, one for each workload: GitHub shows them as annotations, of `file` if given.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function githubCommands(answer: Answer, file: string | null = null): string {
  return listCases(answer)
    .map((one) => {
      const properties = [
        ...(file === null ? [] : [`file=${property(file)}`]),
        `title=${property(`${one.target}: ${verdictText(one)}`)}`,
      ]
      return `::${COMMANDS[one.verdict]} ${properties.join()}::${data(one.message)}\n`
    })
    .join('')
}

const MARKS: Readonly<Record<Answer['verdict'], string>> = {
  pass: '✅',
  pending: '⏳',
  fail: '❌',
  unknown: '❔',
}

/** Renders an answer as the Markdown of a job summary. */
export function githubSummary(answer: Answer): string {
  const rows = listCases(answer).map(
    (one) =>
      `| ${cell(one.target)} | ${MARKS[one.verdict]} ${cell(verdictText(one))} | ${cell(one.message)} |\n`,
  )
  const omitted = answer.workloadsOmitted ?? 0
  const left = omitted === 0 ? '' : `\n${omitted} more workloads were left out.\n`
  return [
    `### ${MARKS[answer.verdict]} ${cell(answer.target)}: ${cell(verdictText(answer))}\n\n`,
    '| workload | verdict | why |\n| --- | --- | --- |\n',
    ...rows,
    left,
  ].join('')
}

/** Escapes the text after `::` up to the end of the line, as GitHub's own toolkit does. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

/** Also escapes the comma and the colon, which end the value of a property. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

/** Text from the cluster must stay text: no markup, no links, no new cells. */
function cell(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_{}[\]()#+!|~@-]/g, (mark) => `\\${mark}`)
}
