import { readdirSync, readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'

const FOLDER = new URL('../../../examples/', import.meta.url)

/** Names of the examples, without the README. */
export const EXAMPLES: readonly string[] = readdirSync(FOLDER).filter((name) => name !== 'README.md')

/** Text of a file of the folder. */
export function exampleText(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8')
}

/** The documents of an example in YAML. Throws where a document is no YAML, or has a key twice. */
export function exampleDocuments(name: string): unknown[] {
  return parseAllDocuments(exampleText(name)).map((document): unknown => {
    for (const fault of [...document.errors, ...document.warnings]) throw fault
    return document.toJS()
  })
}

/** The shell scripts of a Jenkinsfile: what stands between quotes behind `sh`. */
export function jenkinsScripts(jenkinsfile: string): string[] {
  const found = jenkinsfile.matchAll(/^\s*sh\s+(?:'''([\s\S]*?)'''|'([^']*)')\s*$/gm)
  return [...found].map(([, long, short]) => long ?? short ?? '')
}

/** Text of a file of the repository. */
export function repositoryText(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
}
