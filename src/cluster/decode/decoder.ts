import type { Identity } from '../../model/meta.ts'
import {
  type CustomObject,
  type CustomResource,
  customResourceName,
  type Records,
  type ResourceName,
} from '../../model/records.ts'
import { DecodeError } from './decode-error.ts'
import { InterningReader, StringTable } from './interning-reader.ts'
import { type MessageType, messageType } from './messages.ts'
import { customObject } from './project/custom.ts'
import { MetaProjector } from './project/meta.ts'
import { PodProjector } from './project/pod.ts'
import { rollout } from './project/rollout.ts'
import * as project from './project/workloads.ts'
import { PodReader } from './read/pod.ts'

/** Turns one object of a resource into its record. Both ways give equal records for the same object. */
export interface ObjectDecoder<R extends Identity> {
  /** Reads a message of `length` bytes; throws a DecodeError on bytes that are no such object. */
  readonly fromProtobuf: (reader: InterningReader, length: number) => R
  /** Reads an object as parsed from JSON; throws a DecodeError. */
  readonly fromJson: (object: unknown) => R
}

export type ObjectDecoders = { readonly [N in ResourceName]: ObjectDecoder<Records[N]> }

/** The decoders of one process: they share their pools, so that equal parts of records are one object. */
export class Decoder {
  readonly objects: ObjectDecoders
  readonly #strings = new StringTable()

  /** `customResources`: those that are watched besides the built-in resources. */
  constructor(customResources: readonly CustomResource[] = []) {
    const meta = new MetaProjector()
    const pods = new PodProjector(meta)
    const podReader = new PodReader(meta, pods)
    this.objects = {
      pods: {
        fromProtobuf: checking((reader, length) => podReader.read(reader, length)),
        fromJson: objectDecoder(messageType('Pod'), (message) => pods.pod(message)).fromJson,
      },
      events: objectDecoder(messageType('Event'), (message) => project.event(message, meta)),
      replicasets: objectDecoder(messageType('ReplicaSet'), (message) => project.replicaSet(message, meta)),
      deployments: objectDecoder(messageType('Deployment'), (message) => project.deployment(message, meta)),
      statefulsets: objectDecoder(messageType('StatefulSet'), (message) =>
        project.statefulSet(message, meta),
      ),
      daemonsets: objectDecoder(messageType('DaemonSet'), (message) => project.daemonSet(message, meta)),
      controllerrevisions: objectDecoder(messageType('ControllerRevision'), (message) =>
        project.controllerRevision(message, meta),
      ),
      jobs: objectDecoder(messageType('Job'), (message) => project.job(message, meta)),
      cronjobs: objectDecoder(messageType('CronJob'), (message) => project.cronJob(message, meta)),
      rollouts: objectDecoder(messageType('Rollout'), (message) => rollout(message, meta)),
      ...Object.fromEntries(customResources.map((one) => [customResourceName(one), customDecoder(meta)])),
    }
  }

  /** A reader over these bytes whose strings come from this decoder's table. */
  reader(bytes: Buffer): InterningReader {
    return new InterningReader(bytes, this.#strings)
  }
}

/** Custom resources have no protobuf form, and no message of slim.proto: each has fields of its own. */
function customDecoder(meta: MetaProjector): ObjectDecoder<CustomObject> {
  return {
    fromProtobuf: () => {
      throw new DecodeError('protobuf for a custom resource')
    },
    fromJson: (object) => identified(customObject(object, meta)),
  }
}

function objectDecoder<M, R extends Identity>(
  type: MessageType<M>,
  toRecord: (message: M) => R,
): ObjectDecoder<R> {
  return {
    fromProtobuf: checking((reader, length) => toRecord(type.decode(reader, length))),
    fromJson: (object) => identified(toRecord(type.fromJson(object))),
  }
}

/** Makes whatever malformed bytes lead to a DecodeError. */
function checking<R extends Identity>(
  read: (reader: InterningReader, length: number) => R,
): ObjectDecoder<R>['fromProtobuf'] {
  return (reader, length) => {
    try {
      return identified(read(reader, length))
    } catch (cause) {
      if (cause instanceof DecodeError) throw cause
      throw new DecodeError('malformed protobuf', { cause })
    }
  }
}

function identified<R extends Identity>(record: R): R {
  if (record.uid !== '' && record.name !== '') return record
  throw new DecodeError('an object without metadata.name or uid')
}
