import { delimiter } from 'node:path'
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

/** Several files in KUBECONFIG. */
function several(
  files: (stage: Stage, url: string) => readonly (string | Buffer)[],
  more: (paths: readonly string[]) => readonly string[] = (paths) => paths,
): (stage: Stage) => Promise<Given> {
  return async (stage) => {
    const { url } = await stage.front()
    const paths = files(stage, url).map((content, index) => stage.write(`${index}/config`, content))
    return { env: { KUBECONFIG: more(paths).join(delimiter) } }
  }
}

const yaml = (text: string): string => stringify(JSON.parse(text))
const only = (text: string, ...sections: readonly string[]): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(JSON.parse(text)).filter(([name]) => sections.includes(name))),
  )

const bob = ({ world }: Stage): Parts => ({ user: { token: world.tokens.bob } })

/** The same context for alice and, under another name, for bob. */
const two = (stage: Stage, url: string): string => {
  const text = JSON.parse(stage.config(url))
  const other = JSON.parse(stage.config(url, { ...bob(stage), name: 'other' }))
  return JSON.stringify({
    ...text,
    ...Object.fromEntries(
      ['clusters', 'users', 'contexts'].map((name) => [name, [...text[name], ...other[name]]]),
    ),
  })
}

/** A kubeconfig with one context more, and the flags. */
function withTwo(more: (path: string) => Given): (stage: Stage) => Promise<Given> {
  return async (stage) => {
    const { url } = await stage.front()
    const path = stage.write('config', two(stage, url))
    return { env: { KUBECONFIG: path }, ...more(path) }
  }
}

const UTF_16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le')

/** Files, and how they become one. */
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
  { name: '--context', given: withTwo(() => ({ context: 'other' })), user: 'bob', by: 'both' },
  {
    name: '--context that is not there',
    given: withTwo(() => ({ context: 'x' })),
    user: null,
    says: /no context "x"/,
    by: 'both',
  },
  {
    name: '--kubeconfig before KUBECONFIG',
    given: withTwo((kubeconfig) => ({ kubeconfig, env: { KUBECONFIG: '/none' } })),
    user: 'alice',
    by: 'both',
  },
  {
    name: '--kubeconfig that is not there',
    given: () => ({ kubeconfig: '/none', env: {} }),
    user: null,
    says: /no such kubeconfig/,
    by: 'both',
  },
  {
    name: '--kubeconfig, relative',
    given: withTwo(() => ({ kubeconfig: 'config', env: {} })),
    user: 'alice',
    by: 'gate',
  },
  {
    name: 'KUBECONFIG, relative',
    given: withTwo(() => ({ env: { KUBECONFIG: './config' } })),
    user: 'alice',
    by: 'gate',
  },
  {
    name: 'KUBECONFIG of separators alone',
    given: async (stage) => {
      const { url } = await stage.front()
      stage.write('home/.kube/config', stage.config(url))
      return { env: { KUBECONFIG: delimiter } }
    },
    user: null,
    says: /names no file/,
  },
  {
    name: 'KUBECONFIG that is empty',
    given: async (stage) => {
      const { url } = await stage.front()
      stage.write('home/.kube/config', stage.config(url))
      return { env: { KUBECONFIG: '' } }
    },
    user: 'alice',
    by: 'both',
  },
  {
    name: 'KUBECONFIG, a directory',
    given: (stage) => ({ env: { KUBECONFIG: stage.dir } }),
    user: null,
    says: /cannot read/,
  },
  {
    name: 'KUBECONFIG that is not there, beside ~/.kube/config',
    given: async (stage) => {
      const { url } = await stage.front()
      stage.write('home/.kube/config', stage.config(url))
      return { env: { KUBECONFIG: '/none' } }
    },
    user: null,
    says: /no such kubeconfig/,
    by: 'both',
  },
  { name: 'HOME unset', given: () => ({ env: { HOME: undefined } }), user: null, says: /HOME/, by: 'both' },
  {
    name: 'HOME unset, and a .kube/config in the directory',
    given: async (stage) => {
      stage.write('.kube/config', stage.config((await stage.front()).url))
      return { env: { HOME: undefined } }
    },
    user: 'alice',
    differs: { user: null, case: '`HOME` is not set' },
    by: 'gate',
  },
  {
    name: 'variables of a pod beside KUBECONFIG',
    given: async (stage) => {
      const { env } = stage.use((await stage.front()).url)
      return { env: { ...env, KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: '1' } }
    },
    user: 'alice',
    by: 'both',
  },
  {
    name: 'variables of a pod beside ~/.kube/config',
    given: async (stage) => {
      stage.write('home/.kube/config', stage.config((await stage.front()).url))
      return { env: { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: '1' } }
    },
    user: 'alice',
    by: 'both',
  },
  {
    name: 'files: the first entry of a name counts',
    given: several((stage, url) => [stage.config(url), stage.config('https://127.0.0.1:1', bob(stage))]),
    user: 'alice',
    by: 'both',
  },
  {
    name: 'files: an entry without credentials before another',
    given: several((stage, url) => [stage.config(url, { user: {} }), stage.config(url)]),
    user: null,
  },
  {
    name: 'files: missing, empty and nameless ones',
    given: several(
      (stage, url) => ['', '# nothing\n', '{}', 'null', stage.config(url)],
      (paths) => ['/none', '', ...paths],
    ),
    user: 'alice',
    by: 'both',
  },
  {
    name: 'files: a broken one',
    given: several((stage, url) => [stage.config(url), '{']),
    user: null,
    says: /is not YAML/,
    by: 'both',
  },
  { name: 'files: text', given: several((stage, url) => [stage.config(url), 'hello']), user: null },
  { name: 'files: a list', given: several((stage, url) => [stage.config(url), '[]']), user: null },
  {
    name: 'files: the first current-context counts',
    given: several((stage, url) => [
      stage.config(url, { top: { 'current-context': '' } }),
      stage.config(url, { ...bob(stage), name: 'b' }),
      stage.config(url),
    ]),
    user: 'bob',
    by: 'both',
  },
  {
    name: 'files: cluster, user and context in one each',
    given: several((stage, url) =>
      ['contexts', 'users', 'clusters', 'current-context'].map((section) => only(stage.config(url), section)),
    ),
    user: 'alice',
    by: 'both',
  },
  {
    name: 'files: the same file twice',
    given: several(
      (stage, url) => [stage.config(url)],
      (paths) => [...paths, ...paths],
    ),
    user: 'alice',
  },
  {
    name: 'files: paths are relative to their own',
    given: several((stage, url) => {
      stage.write('1/ca.pem', stage.world.pki.root.cert)
      stage.write('1/token', stage.world.tokens.bob)
      const parts = {
        cluster: { 'certificate-authority-data': null, 'certificate-authority': 'ca.pem' },
        user: { tokenFile: '../1/token' },
        name: 'b',
      }
      return [stage.config(url, { top: { 'current-context': 'b' } }), stage.config(url, parts)]
    }),
    user: 'bob',
    by: 'both',
  },
  {
    name: 'files: a context of the first leads to what only the second has',
    given: several((stage, url) => [
      JSON.stringify({
        contexts: [{ name: 'b', context: { cluster: 'it', user: 'it', namespace: stage.world.namespace } }],
        'current-context': 'b',
      }),
      stage.config(url),
    ]),
    user: 'alice',
    by: 'both',
  },
  {
    name: 'a CA as text',
    given: changed((text) => text, { cluster: { 'certificate-authority-data': base64('x').length } }),
    user: null,
  },
]
