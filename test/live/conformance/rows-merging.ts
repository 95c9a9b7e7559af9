import { delimiter } from 'node:path'
import type { Row } from './row.ts'
import type { Given, Parts, Stage } from './stage.ts'

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

/** Which files count, and how they become one. */
export const MERGING: readonly Row[] = [
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
    differs: { user: null, case: '`HOME` is not set, and neither is `KUBECONFIG`' },
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
]
