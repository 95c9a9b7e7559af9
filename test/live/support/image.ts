import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { imageImported, run } from './cluster.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const nodeImage = fileURLToPath(new URL('../machine/node-image', import.meta.url))

/** Name of the built image; it exists in the test cluster's node alone. */
export const IMAGE = 'localhost/lynceus:test'

/** chroot: the build needs no container runtime of its own, and uses this machine's network. */
const BUILDAH = { BUILDAH_ISOLATION: 'chroot' }

/**
 * Builds the Dockerfile on a stand-in for its base image and imports the result into the node. Resolves to the image's
 * size in bytes.
 */
export async function buildImage(clusterHome: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'lynceus-image-'))
  const archive = join(folder, 'image.tar')
  try {
    await run(nodeImage, [process.execPath])
    await run('buildah', ['bud', '--quiet', '--layers', '--pull=never', '--tag', IMAGE, root], BUILDAH)
    await run('buildah', ['push', '--quiet', IMAGE, `docker-archive:${archive}:${IMAGE}`], BUILDAH)
    await imageImported(clusterHome, archive)
    return statSync(archive).size
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
