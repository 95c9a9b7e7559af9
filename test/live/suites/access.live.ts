// The chart's role is enough, and each part of it is needed: taken away, it is told by /readyz and by the answers that need
// it, and nothing else changes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { stringify } from 'yaml'
import { find, render } from '../../chart/support/helm.ts'
import { canary, rollout } from '../argo/rollouts.ts'
import { readEnvironment } from '../support/environment.ts'
import { at, isObject, type JsonObject, list, text } from '../support/json.ts'
import { readKubeconfig } from '../support/kubeconfig.ts'
import { type Answer, LynceusClient, type Question } from '../support/lynceus-client.ts'
import { LynceusProcess } from '../support/lynceus-process.ts'
import { daemonSet, deployment, job, SERVING, statefulSet } from '../support/manifests.ts'
import { Scenario } from '../support/scenario.ts'
import { until } from '../support/until.ts'

const NAMESPACE = 'access'
const RBAC = '/apis/rbac.authorization.k8s.io/v1'

/** Waits for a volume that cannot be mounted, which only an event tells. */
const UNMOUNTABLE = deployment('unmountable', {
  ...SERVING,
  container: { volumeMounts: [{ name: 'settings', mountPath: '/settings' }] },
  pod: { volumes: [{ name: 'settings', configMap: { name: 'absent' } }] },
})

const OBJECTS = [
  ['apps/v1', 'deployments', deployment('deployment', SERVING)],
  ['apps/v1', 'deployments', UNMOUNTABLE],
  ['apps/v1', 'statefulsets', statefulSet('statefulset', SERVING)],
  ['apps/v1', 'daemonsets', daemonSet('daemonset', SERVING)],
  ['batch/v1', 'jobs', job('job', SERVING)],
  ['argoproj.io/v1alpha1', 'rollouts', rollout('rollout', SERVING, canary([]), { replicas: 1 })],
] as const

const KINDS = ['deployment', 'statefulset', 'daemonset', 'job', 'rollout'] as const

/** What may be read, and the questions that need it. */
const NEEDED_BY: Readonly<Record<string, readonly string[]>> = {
  pods: [...KINDS, 'hash', 'selector', 'unmountable'],
  replicasets: ['deployment', 'rollout', 'hash', 'selector', 'unmountable'],
  deployments: ['deployment', 'hash', 'selector', 'unmountable'],
  statefulsets: ['statefulset', 'selector'],
  daemonsets: ['daemonset', 'selector'],
  controllerrevisions: ['statefulset', 'daemonset', 'selector'],
  jobs: ['job', 'selector'],
  cronjobs: [],
  rollouts: ['rollout', 'selector'],
  events: [],
  nodes: [],
}

/** Lynceus as an account of its own in the real cluster. */
class Account {
  readonly #scenario: Scenario
  readonly #folder: string

  constructor(scenario: Scenario, folder: string) {
    this.#scenario = scenario
    this.#folder = folder
  }

  /** Starts Lynceus with these rules and nothing else. */
  async serve(
    t: Test,
    name: string,
    rules: readonly unknown[],
    settings: Readonly<Record<string, string>> = {},
  ): Promise<LynceusClient> {
    const { api } = this.#scenario
    const metadata = { name }
    await api.create(this.#scenario.path('v1', 'serviceaccounts'), { metadata })
    await api.create(`${RBAC}/clusterroles`, { metadata, rules })
    await api.create(`${RBAC}/clusterrolebindings`, {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: NAMESPACE }],
    })
    await this.#heardOf(name, rules)
    const review = await api.create(`${this.#scenario.path('v1', 'serviceaccounts', name)}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {},
    })
    const kubeconfig = join(this.#folder, `${name}.kubeconfig`)
    writeFileSync(kubeconfig, kubeconfigWith(text(review, 'status', 'token')))
    const lynceus = await LynceusProcess.start(
      kubeconfig,
      join(this.#folder, 'lynceus.log'),
      settings,
      'tried',
    )
    t.teardown(() => lynceus.stop())
    return new LynceusClient(lynceus.url)
  }

  /** Waits until the authorizer knows the account's rules, which it hears of a moment after they were written. */
  async #heardOf(account: string, rules: readonly unknown[]): Promise<void> {
    const [rule] = rules
    const verb = text(rule, 'verbs', 0)
    const resource = text(rule, 'resources', 0)
    const resourceAttributes = { verb, resource, group: text(rule, 'apiGroups', 0) }
    const user = `system:serviceaccount:${NAMESPACE}:${account}`
    await until(
      `${account} may ${verb} ${resource}`,
      () =>
        this.#scenario.api.create('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SubjectAccessReview',
          spec: { user, resourceAttributes },
        }),
      (review) => at(review, 'status', 'allowed') === true,
    )
  }
}

function kubeconfigWith(token: string): string {
  const { server, ca, servername } = readKubeconfig(readEnvironment().kubeconfig)
  const cluster = {
    server,
    'tls-server-name': servername,
    'certificate-authority-data': Buffer.from(ca).toString('base64'),
  }
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'it', cluster }],
    users: [{ name: 'it', user: { token } }],
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
    'current-context': 'it',
  })
}

const isEmpty = (found: readonly unknown[]): boolean => found.length === 0

/** The role without one resource. */
function without(rules: readonly unknown[], resource: string): JsonObject[] {
  return rules.filter(isObject).flatMap((rule) => {
    const resources = list(rule, 'resources').filter((one) => one !== resource)
    return resources.length === 0 ? [] : [{ ...rule, resources }]
  })
}

function withoutVerb(rules: readonly unknown[], verb: string): JsonObject[] {
  return rules.filter(isObject).map((rule) => ({
    ...rule,
    verbs: list(rule, 'verbs').filter((one) => one !== verb),
  }))
}

/** Notifications on, to a target where nobody listens. */
const NOTIFYING = {
  NOTIFY: 'http://127.0.0.1:9/',
  LYNCEUS_NOTIFY_ALLOW_LOOPBACK: 'true',
  LYNCEUS_NOTIFY_NAMESPACE: NAMESPACE,
}

/** What is told of when one of the resources of notifications may not be used. */
const NOTIFICATIONS_NEED: Readonly<Record<string, RegExp>> = {
  configmaps: /^notifications are not sent: the outbox cannot be read or written \(status 403\)$/,
  leases: /^notifications are not sent: the Lease cannot be read or written \(status 403\)$/,
}

/** Answers by the name of their question. */
type Answers = ReadonlyMap<string, Answer>

async function ask(lynceus: LynceusClient, questions: ReadonlyMap<string, Question>): Promise<Answers> {
  const answers = new Map<string, Answer>()
  for (const [name, question] of questions)
    answers.set(name, await lynceus.ask('/analyze', { namespace: NAMESPACE, ...question }))
  return answers
}

/** What /readyz complains of, once every watch was tried. */
async function problems(lynceus: LynceusClient): Promise<readonly unknown[]> {
  const { body } = await until(
    'every watch being tried',
    () => lynceus.ask('/readyz'),
    (readiness) => list(readiness.body, 'watches').every((watch) => at(watch, 'state') !== 'unsynced'),
  )
  return list(body, 'problems')
}

t.test('access', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lynceus-access-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const scenario = await Scenario.start(t, NAMESPACE)
  for (const [group, resource, object] of OBJECTS)
    await scenario.api.create(scenario.path(group, resource), object)
  const [hash = ''] = await scenario.hashes('deployment', 1)
  const questions = new Map<string, Question>([
    ...KINDS.map((kind): [string, Question] => [kind, { kind, name: kind }]),
    ['hash', { hash }],
    ['selector', { selector: 'app=deployment' }],
    ['unmountable', { kind: 'deployment', name: 'unmountable' }],
  ])
  const { rules } = find(await render('defaults'), 'ClusterRole')
  if (!Array.isArray(rules)) throw new Error('the role has no rules')
  const account = new Account(scenario, folder)

  const whole = await account.serve(t, 'whole', rules)
  await until(
    'the answers of the whole role',
    () => ask(whole, questions),
    (answers) =>
      [...answers].every(([name, { body }]) =>
        name === 'unmountable'
          ? /absent/.test(String(body.message))
          : body.verdict === 'pass' || name === 'job',
      ),
  )
  t.same(await problems(whole), [], 'the role of the chart is enough')

  for (const [resource, needing] of Object.entries(NEEDED_BY)) {
    t.test(`without ${resource}`, async (t) => {
      const lynceus = await account.serve(t, `without-${resource}`, without(rules, resource))
      const told = await problems(lynceus)
      t.match(told, [new RegExp(`^Lynceus may not read ${resource} `)], '/readyz says so')
      t.equal(told.length, 1, 'and of nothing else')
      // A verdict may change with time, as that of a volume does which stays away.
      const before = await ask(whole, questions)
      const answers = await ask(lynceus, questions)
      const after = await ask(whole, questions)
      const said = (name: string) => [before, after].map((full) => full.get(name)?.body.verdict)
      for (const [name, { status, body }] of answers) {
        if (needing.includes(name))
          t.match(
            { status, body },
            { status: 503, body: { code: 'forbidden', detail: new RegExp(resource) } },
            name,
          )
        else if (resource === 'events' && name === 'unmountable') {
          t.match({ status, verdict: body.verdict }, { status: 200, verdict: 'pending' }, name)
          t.notMatch(String(body.message), /absent/, 'what only an event tells is not named')
        } else {
          t.equal(status, 200, name)
          t.ok(said(name).includes(body.verdict), `${name}: as with the whole role`, body)
        }
      }
    })
  }

  t.test('without the verb watch', async (t) => {
    const lynceus = await account.serve(t, 'without-watch', withoutVerb(rules, 'watch'))
    const told = await problems(lynceus)
    t.equal(told.length, Object.keys(NEEDED_BY).length, 'nothing can be read')
    t.match(told, [/RBAC needs list and watch/])
  })

  const notifying = await render('defaults', { more: ['notifications.enabled=true'] })
  const notifyingRules = ['ClusterRole', 'Role'].flatMap((kind) => list(find(notifying, kind), 'rules'))

  t.test('notifications', async (t) => {
    const lynceus = await account.serve(t, 'notifying', notifyingRules, NOTIFYING)
    await until(
      'sending',
      () => lynceus.ask('/notifications', {}),
      ({ body }) => body.leading === true,
    )
    // A request may fail for other reasons, and is made again.
    await until('the rights of the chart', () => problems(lynceus), isEmpty)
  })

  for (const [resource, trouble] of Object.entries(NOTIFICATIONS_NEED)) {
    t.test(`notifications without ${resource}`, async (t) => {
      const name = `notifying-without-${resource}`
      const lynceus = await account.serve(t, name, without(notifyingRules, resource), NOTIFYING)
      const told = await until(
        'the trouble',
        () => problems(lynceus),
        (found) => found.length > 0,
      )
      t.match(told, [trouble])
      t.equal(told.length, 1, 'and of nothing else')
      const { status } = await lynceus.ask('/analyze', {
        namespace: NAMESPACE,
        ...questions.get('deployment'),
      })
      t.equal(status, 200, 'questions are answered')
    })
  }

  t.test('notifications without the UID of the cluster', async (t) => {
    const rules = without(notifyingRules, 'namespaces')
    const lynceus = await account.serve(t, 'notifying-without-uid', rules, NOTIFYING)
    await until(
      'sending',
      () => lynceus.ask('/notifications', {}),
      ({ body }) => body.leading === true,
    )
    t.same(await problems(lynceus), [], 'ids are then unique in this cluster only')
  })

  t.test('without the verb list', async (t) => {
    const lynceus = await account.serve(t, 'without-list', withoutVerb(rules, 'list'))
    t.same(await problems(lynceus), [], 'it is for API servers that cannot send what there is by a watch')
  })
})
