import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Stage } from '../../testing/scenario/stage.ts'
import { serving } from '../http/serving.ts'
import { APP } from '../http/waiting.ts'

const CRASH = { exitCode: 1, reason: 'Error' }

/** A service, a kubeconfig, and Deployments `web` (good), `bad` (crashed often) and `slow` (not ready). */
export async function gateScene(t: Parameters<typeof serving>[0], directory: string) {
  const served = await serving(t)
  const { cluster, api, service } = served
  cluster.create('namespaces', { metadata: { name: 'shop' } })
  const now = (): number => Date.now() / 1000
  const stage = (name: string) =>
    new Stage({ cluster, app: { ...APP, name }, tell: () => undefined, now, pace: 0 })
  const release = (on: Stage) => {
    on.release('app:1')
    const pod = on.addPod('app:1')
    pod.starts()
    return pod
  }
  const web = stage('web')
  const webPod = release(web)
  webPod.becomesReady()
  const bad = release(stage('bad'))
  for (let crash = 0; crash < 4; crash += 1) {
    bad.ends(CRASH)
    bad.starts()
  }
  bad.ends(CRASH)
  bad.backsOff()
  const slowly = stage('slow')
  const slow = release(slowly)
  const kubeconfig = join(directory, 'config')
  writeFileSync(kubeconfig, api.kubeconfig('shop'))
  return { ...served, web, webPod, slow, slowly, kubeconfig, server: service.url }
}
