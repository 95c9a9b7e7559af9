import t from 'tap'
import { EmbeddedCluster, type JsonObject } from '../../../testing/fake-apiserver/index.ts'
import { CHAPTERS } from '../../../testing/scenario/chapters.ts'
import { Stage } from '../../../testing/scenario/stage.ts'

const APP = { namespace: 'shop', name: 'checkout', replicas: 3 }

function setStage() {
  const cluster = new EmbeddedCluster()
  const told: string[] = []
  const stage = new Stage({
    cluster,
    app: APP,
    tell: (what) => told.push(what),
    now: () => 1_800_000_000,
    pace: 0,
  })
  return { cluster, stage, told }
}

async function play(stage: Stage, title: RegExp): Promise<void> {
  const chapter = CHAPTERS.find((candidate) => title.test(candidate.title))
  if (chapter === undefined) throw new Error(`no chapter ${String(title)}`)
  await chapter.play(stage, chapter.image)
}

t.test('a healthy release ends complete', async (t) => {
  const { cluster, stage, told } = setStage()
  await play(stage, /healthy/)
  const counts = {
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    observedGeneration: 1,
  }
  t.match(cluster.get('deployments', 'shop', 'checkout'), {
    metadata: { annotations: { 'deployment.kubernetes.io/revision': '1' } },
    status: {
      ...counts,
      conditions: [{ type: 'Available', status: 'True' }, { reason: 'NewReplicaSetAvailable' }],
    },
  })
  t.match(cluster.get('replicasets', 'shop', `checkout-${stage.hash}`), {
    spec: { replicas: 3 },
    status: { readyReplicas: 3 },
  })
  t.equal(cluster.list('pods').length, 3)
  t.match(told.join('\n'), /Running\n.*Ready/)
  await play(stage, /recovery/)
  t.equal(cluster.list('pods').length, 3, 'the next release replaces them all')
  t.ok(cluster.list('pods').every((pod) => JSON.stringify(pod).includes(stage.hash)))
})

t.test('a bad release leaves the good pods alone', async (t) => {
  const { cluster, stage } = setStage()
  await play(stage, /healthy/)
  await play(stage, /crash-loops/)
  t.match(newest(cluster, stage), {
    status: {
      phase: 'Running',
      containerStatuses: [
        {
          restartCount: 3,
          ready: false,
          state: {
            waiting: {
              reason: 'CrashLoopBackOff',
              message: /^back-off 80s restarting failed container=app pod=/,
            },
          },
          lastState: { terminated: { exitCode: 1, reason: 'Error', containerID: /^containerd:/ } },
        },
      ],
    },
  })
  const good = cluster.list('pods').filter((pod) => !JSON.stringify(pod).includes(stage.hash))
  t.equal(good.length, 3)
  t.match(cluster.get('deployments', 'shop', 'checkout'), {
    status: { replicas: 4, updatedReplicas: 1, readyReplicas: 3, unavailableReplicas: 1 },
  })
  t.ok(
    cluster
      .list('events')
      .some((event) => /^Back-off restarting failed container app/.test(String(event.message))),
  )
  await play(stage, /Out of memory/)
  t.match(newest(cluster, stage), {
    status: { containerStatuses: [{ lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }] },
  })
})

t.test('an image that does not exist', async (t) => {
  const { cluster, stage } = setStage()
  await play(stage, /image/)
  t.match(newest(cluster, stage), {
    status: {
      phase: 'Pending',
      containerStatuses: [
        { state: { waiting: { reason: 'ImagePullBackOff', message: /typo: not found$/ } } },
      ],
    },
  })
})

function newest(cluster: EmbeddedCluster, stage: Stage): JsonObject {
  const found = cluster
    .list('pods')
    .find((pod) => JSON.stringify(pod).includes(`"pod-template-hash":"${stage.hash}"`))
  if (found === undefined) throw new Error('no pod of the newest revision')
  return found
}
