import { type CustomResource, customResourceName } from '../../model/records.ts'
import { InterningReader, StringTable } from './interning-reader.ts'
import { customDecoder, type ObjectDecoders, objectDecoder } from './object-decoder.ts'
import { customObject } from './project/custom.ts'
import { MetaProjector } from './project/meta.ts'
import { node } from './project/node.ts'
import { PodProjector } from './project/pod.ts'
import { rollout } from './project/rollout.ts'
import { workloadDecoders } from './project/workloads.ts'

/** The decoders of one process: they share their pools, so that equal parts of records are one object. */
export class Decoder {
  readonly objects: ObjectDecoders
  readonly #strings = new StringTable()

  /** `customResources`: those that are watched besides the built-in resources. */
  constructor(customResources: readonly CustomResource[] = []) {
    const meta = new MetaProjector()
    const pods = new PodProjector(meta)
    const custom = customDecoder((object) => customObject(object, meta))
    this.objects = {
      ...workloadDecoders(meta),
      pods: objectDecoder('Pod', (message) => pods.pod(message)),
      rollouts: objectDecoder('Rollout', (message) => rollout(message, meta)),
      nodes: objectDecoder('Node', (message) => node(message, meta)),
      ...Object.fromEntries(customResources.map((one) => [customResourceName(one), custom])),
    }
  }

  /** A reader over these bytes whose strings come from this decoder's table. */
  reader(bytes: Buffer): InterningReader {
    return new InterningReader(bytes, this.#strings)
  }
}
