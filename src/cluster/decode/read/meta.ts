import type { Labels, Meta, OwnerRef } from '../../../model/meta.ts'
import type { InterningReader } from '../interning-reader.ts'
import { messageType } from '../messages.ts'
import { type MetaProjector, NO_LABELS } from '../project/meta.ts'
import { type Draft, endOf, lengthDelimited, readTime, varint } from './fields.ts'

// Fields of ObjectMeta and of its parts, as in slim.proto.
const NAME = lengthDelimited(1)
const NAMESPACE = lengthDelimited(3)
const UID = lengthDelimited(5)
const RESOURCE_VERSION = lengthDelimited(6)
const CREATION_TIMESTAMP = lengthDelimited(8)
const DELETION_TIMESTAMP = lengthDelimited(9)
const LABELS = lengthDelimited(11)
const OWNER_REFERENCES = lengthDelimited(13)
const ENTRY_KEY = lengthDelimited(1)
const ENTRY_VALUE = lengthDelimited(2)
const OWNER_UID = lengthDelimited(4)
const OWNER_CONTROLLER = varint(6)

const ownerReference = messageType('OwnerReference')

/**
 * Reads `metadata` into a record. Labels and owners that equal those of the object before, as is usual in a sorted list,
 * are recognised without making anything; others go the way of MetaProjector.
 */
export class MetaReader {
  readonly #projector: MetaProjector
  /** Keys and values in turn. */
  #pairs: string[] = []
  #lastPairs: string[] = []
  #lastLabels: Labels = NO_LABELS
  #lastOwner: OwnerRef | null = null

  constructor(projector: MetaProjector) {
    this.#projector = projector
  }

  read(reader: InterningReader, enclosing: number, draft: Draft<Meta>): void {
    const end = endOf(reader, enclosing)
    let pairs = 0
    while (reader.pos < end) {
      const tag = reader.uint32()
      switch (tag) {
        case NAME:
          draft.name = reader.unique()
          break
        case NAMESPACE:
          draft.namespace = this.#projector.text(reader.string())
          break
        case UID:
          draft.uid = reader.unique()
          break
        case RESOURCE_VERSION:
          draft.resourceVersion = reader.unique()
          break
        case CREATION_TIMESTAMP:
          draft.createdAt = readTime(reader, end)
          break
        case DELETION_TIMESTAMP:
          draft.deletedAt = readTime(reader, end)
          break
        case LABELS:
          this.#pair(reader, end, pairs)
          pairs += 2
          break
        case OWNER_REFERENCES:
          draft.owner = this.#owner(reader, end) ?? draft.owner
          break
        default:
          reader.skipType(tag & 7)
      }
    }
    draft.labels = this.#labels(pairs)
  }

  #pair(reader: InterningReader, enclosing: number, at: number): void {
    const end = endOf(reader, enclosing)
    this.#pairs[at] = ''
    this.#pairs[at + 1] = ''
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === ENTRY_KEY) this.#pairs[at] = reader.string()
      else if (tag === ENTRY_VALUE) this.#pairs[at + 1] = reader.string()
      else reader.skipType(tag & 7)
    }
  }

  #labels(count: number): Labels {
    this.#pairs.length = count
    if (sameStrings(this.#pairs, this.#lastPairs)) return this.#lastLabels
    const labels: Record<string, string> = {}
    for (let at = 0; at < count; at += 2) labels[this.#pairs[at] ?? ''] = this.#pairs[at + 1] ?? ''
    this.#lastLabels = this.#projector.labels(labels)
    const before = this.#lastPairs
    this.#lastPairs = this.#pairs
    this.#pairs = before
    return this.#lastLabels
  }

  /** The owner if this reference is that of the controller, else null. */
  #owner(reader: InterningReader, enclosing: number): OwnerRef | null {
    const end = endOf(reader, enclosing)
    const start = reader.pos
    let uid = ''
    let controller = false
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === OWNER_UID) uid = reader.string()
      else if (tag === OWNER_CONTROLLER) controller = reader.bool()
      else reader.skipType(tag & 7)
    }
    if (!controller) return null
    if (this.#lastOwner?.uid === uid) return this.#lastOwner
    reader.pos = start
    this.#lastOwner = this.#projector.owner([ownerReference.decode(reader, end - start)])
    return this.#lastOwner
  }
}

function sameStrings(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false
  return true
}
