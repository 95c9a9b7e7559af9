import { decidingAdvice } from '../analyze/advice.ts'
import type { Answer, AnswerLog } from '../analyze/answer-schema.ts'
import { adviceLines, listCases, logLines, logTitle, oneLine, verdictText } from './text.ts'

const COMMANDS: Readonly<Record<Answer['verdict'], string>> = {
  pass: 'notice',
  pending: 'warning',
  fail: 'error',
  unknown: 'warning',
}

/**
 * Renders an answer as workflow commands, one for each workload: GitHub shows them as annotations, of `file` if given. Logs
 * follow as groups of the step's own log.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function githubCommands(answer: Answer, file: string | null = null): string {
  const commands = listCases(answer).map((one) => {
    const properties = [
      ...(file === null ? [] : [`file=${property(file)}`]),
      `title=${property(`${one.target}: ${verdictText(one)}`)}`,
    ]
    return `::${COMMANDS[one.verdict]} ${properties.join()}::${data([one.message, ...adviceLines(one)].join('\n'))}\n`
  })
  const groups = (answer.logs ?? []).map((log) => {
    const lines = logLines(log).map((line) => `${line}\n`)
    return `::group::${data(logTitle(log))}\n${lines.join('')}::endgroup::\n`
  })
  return [...commands, ...groups].join('')
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
    ...adviceLines(decidingAdvice(answer)).map((line) => `\n${cell(line)}\n`),
    ...(answer.logs ?? []).map(details),
  ].join('')
}

/** A log to fold out. Within `pre`, Markdown means nothing; a blank line would end the first of the two. */
function details(log: AnswerLog): string {
  const lines = logLines(log).map(html).join('\n')
  return `\n<details><summary>${html(logTitle(log))}</summary>\n\n<pre>${lines}</pre>\n\n</details>\n`
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
  return html(oneLine(text)).replaceAll(/[\\`*_{}[\]()#+!|~@-]/g, (mark) => `\\${mark}`)
}

function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
