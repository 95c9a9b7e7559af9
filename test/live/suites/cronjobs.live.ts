// A CronJob by the Jobs that it owns; its schedule is far away, and the Jobs are made by hand, as `kubectl create job --from`
// does.
import t from 'tap'
import { type JsonObject, text } from '../support/json.ts'
import { type ContainerOptions, job, SERVING, shell, withSpec } from '../support/manifests.ts'
import { Scenario } from '../support/scenario.ts'

const TARGET = { kind: 'cronjob', name: 'app' }
const SELECTOR = { selector: 'app=app' }

function cronJob(options: ContainerOptions): JsonObject {
  const { spec } = job('app', options)
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'app', labels: { app: 'app' } },
    spec: { schedule: '0 0 29 2 *', jobTemplate: { metadata: { labels: { app: 'app' } }, spec } },
  }
}

/** A Job of the CronJob with this UID. */
function jobOf(uid: string, name: string, options: ContainerOptions): JsonObject {
  const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'app', uid, controller: true }
  return { ...job('app', options), metadata: { name, labels: { app: 'app' }, ownerReferences: [owner] } }
}

t.test('a CronJob is as good as its last run', async (t) => {
  const scenario = await Scenario.start(t, 'cron')
  const [cronJobs, jobs] = [scenario.path('batch/v1', 'cronjobs'), scenario.path('batch/v1', 'jobs')]
  const uid = text(await scenario.api.create(cronJobs, cronJob(SERVING)), 'metadata', 'uid')
  await scenario.expect('/analyze', TARGET, { verdict: 'pending' }, [])

  await scenario.api.create(jobs, jobOf(uid, 'bad', shell('exit 3')))
  const failed = { verdict: 'fail', code: 'process-crashing' }
  await scenario.expect('/analyze', TARGET, failed, ['pending'])
  await scenario.expect('/analyze', SELECTOR, { ...failed, target: 'app=app' }, [])

  await scenario.api.create(jobs, jobOf(uid, 'good', shell('sleep 2')))
  // While the next one runs, the last that finished counts.
  await scenario.expect('/analyze', TARGET, { verdict: 'pass' }, ['fail'])
  await scenario.expect('/analyze', SELECTOR, { verdict: 'pass' }, [])
  await scenario.expect('/analyze/rollout', { kind: 'job', name: 'bad' }, failed, [])

  await scenario.api.patch(scenario.path('batch/v1', 'cronjobs', 'app'), withSpec({}, { suspend: true }))
  await scenario.expect('/analyze', TARGET, { verdict: 'pass', message: /suspended/ }, ['pass'])
})
