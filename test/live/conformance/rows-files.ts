import { stringify } from 'yaml'
import type { Row } from './row.ts'
import { base64, type Given, type Parts, type Stage } from './stage.ts'

/** A kubeconfig whose text is changed before it is written. */
function changed(
  change: (text: string, stage: Stage) => string | Buffer,
  parts: Parts = {},
): (stage: Stage) => Promise<Given> {
  return async (stage) => {
    const { url } = await stage.front()
    return { env: { KUBECONFIG: stage.write('config', change(stage.config(url, parts), stage)) } }
  }
}

const yaml = (text: string): string => stringify(JSON.parse(text))
const UTF_16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le')

/** What a file may say, and how. */
export const FILES: readonly Row[] = [
  { name: 'YAML', given: changed(yaml), user: 'alice', by: 'both' },
  {
    name: 'YAML with CRLF and a byte order mark',
    given: changed((text) => `\ufeff${yaml(text).replaceAll('\n', '\r\n')}`),
    user: 'alice',
  },
  {
    name: 'JSON with tabs',
    given: changed((text) => JSON.stringify(JSON.parse(text), null, '\t')),
    user: 'alice',
  },
  { name: 'UTF-16, as PowerShell writes it', given: changed((text) => UTF_16(yaml(text))), user: 'alice' },
  { name: 'YAML with document marks', given: changed((text) => `---\n${yaml(text)}---\n`), user: 'alice' },
  {
    name: 'two YAML documents',
    given: changed(
      (text, stage) => `${yaml(text)}---\n${yaml(text.replaceAll(stage.world.tokens.alice, 'x'))}`,
    ),
    user: 'alice',
  },
  {
    name: 'YAML with anchors and merge keys',
    given: changed((text) =>
      yaml(text)
        .replace('- name: it\n    cluster:', '- name: it\n    cluster: &c')
        .replace('contexts:', 'x: *c\ncontexts:'),
    ),
    user: 'alice',
  },
  {
    name: 'YAML 1.1 booleans',
    given: changed((text) =>
      yaml(text).replace(
        / +certificate-authority-data:.*\n( {8}.*\n)*/,
        '      insecure-skip-tls-verify: yes\n',
      ),
    ),
    user: 'alice',
  },
  {
    name: 'a boolean as text',
    given: changed((text) => text, { cluster: { 'insecure-skip-tls-verify': 'true' } }),
    user: null,
    says: /insecure-skip-tls-verify/,
  },
  {
    name: 'names that look like a time',
    given: changed((text) => yaml(text).replaceAll(/(: )it$/gm, '$12024-05-01')),
    user: 'alice',
  },
  {
    name: 'names that look like a number',
    given: changed((text) => yaml(text).replaceAll(/(: )it$/gm, '$1123')),
    user: null,
  },
  {
    name: 'names that are y',
    given: changed((text) => yaml(text).replaceAll(/(: )it$/gm, '$1y')),
    user: null,
  },
  {
    name: 'names that are yes',
    given: changed((text) => yaml(text).replaceAll(/(: )it$/gm, '$1yes')),
    user: null,
  },
  {
    name: 'names with sixties',
    given: changed((text) => yaml(text).replaceAll(/(: )it$/gm, '$11:30')),
    user: 'alice',
  },
  {
    name: 'a key twice',
    given: changed((text) => text.replace('"token":', '"token":"first","token":')),
    user: 'alice',
    by: 'both',
  },
  { name: 'a key in upper case', given: changed((text) => text.replace('"token":', '"Token":')), user: null },
  {
    name: 'null values',
    given: changed((text) => text, {
      top: { preferences: null, extensions: null },
      cluster: { 'proxy-url': null, extensions: null, 'tls-server-name': null },
      context: { extensions: null },
    }),
    user: 'alice',
  },
  {
    name: 'keys that nobody knows',
    given: changed((text) => text, { top: { a: 1 }, cluster: { b: [2] }, context: { c: {} } }),
    user: 'alice',
  },
  {
    name: 'an extension without a value',
    given: changed((text) => text, {
      cluster: { extensions: [{ name: 'x' }, { name: 'y', extension: { a: 'b' } }] },
    }),
    user: 'alice',
  },
  {
    name: 'without apiVersion and kind',
    given: changed((text) => text, { top: { apiVersion: null, kind: null } }),
    user: 'alice',
    by: 'both',
  },
  { name: 'without kind', given: changed((text) => text, { top: { kind: '' } }), user: 'alice' },
  {
    name: 'another apiVersion',
    given: changed((text) => text, { top: { apiVersion: 'v2' } }),
    user: null,
    says: /not of kind Config/,
  },
  {
    name: 'another kind',
    given: changed((text) => text, { top: { kind: 'Pod' } }),
    user: null,
    says: /not of kind Config/,
  },
  {
    name: 'another kind of the same group',
    given: changed((text) => text, { top: { apiVersion: 'v1', kind: 'config' } }),
    user: null,
    says: /not of kind Config/,
  },
  {
    name: 'an entry twice in a file',
    given: changed((text) => text.replace('"users":[', '"users":[{"name":"it","user":{}},')),
    user: null,
    says: /two entries named "it"/,
  },
  {
    name: 'an entry without a name',
    given: changed((text) => text.replace('"users":[', '"users":[{"user":{}},')),
    user: 'alice',
  },
  {
    name: 'an entry without anything',
    given: changed((text) => text.replace('"users":[', '"users":[{},')),
    user: 'alice',
  },
  {
    name: 'an entry that is null',
    given: changed((text) => text.replace('"users":[', '"users":[null,')),
    user: 'alice',
  },
  {
    name: 'an unused entry of a wrong type',
    given: changed((text) => text.replace('"users":[', '"users":[{"name":"b","user":{"token":7}},')),
    user: null,
    differs: { user: 'alice', case: 'an entry that the context does not use has a value of a wrong type' },
  },
  {
    name: 'no current-context',
    given: changed((text) => text, { top: { 'current-context': '' } }),
    user: null,
    says: /no current context; it has: it/,
    by: 'both',
  },
  {
    name: 'a current-context that is not there',
    given: changed((text) => text, { top: { 'current-context': 'x' } }),
    user: null,
    says: /no context "x"/,
  },
  {
    name: 'a context without a cluster',
    given: changed((text) => text, { context: { cluster: '' } }),
    user: null,
    says: /names no cluster/,
    by: 'both',
  },
  {
    name: 'a context with a cluster that is not there',
    given: changed((text) => text, { context: { cluster: 'x' } }),
    user: null,
    says: /cluster "x"/,
    by: 'both',
  },
  {
    name: 'a context without a user',
    given: changed((text) => text, { context: { user: '' } }),
    user: null,
    says: /names no user/,
    by: 'both',
  },
  {
    name: 'a context with a user that is not there',
    given: changed((text) => text, { context: { user: 'x' } }),
    user: null,
    says: /user "x"/,
    by: 'both',
  },
  {
    name: 'a context with a user that is not there, plain',
    given: async (stage) =>
      stage.use((await stage.front({ protocol: 'plain', anybody: 'jo' })).url, { context: { user: 'x' } }),
    user: 'jo',
  },
  {
    name: 'a context without a user, plain',
    given: async (stage) =>
      stage.use((await stage.front({ protocol: 'plain', anybody: 'jo' })).url, { context: { user: '' } }),
    user: 'jo',
  },
  {
    name: 'a CA as text',
    given: changed((text) => text, { cluster: { 'certificate-authority-data': base64('x').length } }),
    user: null,
  },
]
