import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ApiObjects } from '../../cluster/client/api-objects.ts'
import { ApiStatusError } from '../../cluster/client/errors.ts'
import type { Seconds } from '../../model/meta.ts'

/** As client-go's leader election has them, seconds. */
export const LEASE_SECONDS = 15
const RENEW_DEADLINE_SECONDS = 10
/** Between two tries to take or renew it. */
export const RETRY_SECONDS = 2

const LEASE = Type.Object({
  metadata: Type.Object({ resourceVersion: Type.String() }),
  spec: Type.Optional(
    Type.Object({
      holderIdentity: Type.Optional(Type.String()),
      renewTime: Type.Optional(Type.String()),
      leaseDurationSeconds: Type.Optional(Type.Number()),
    }),
  ),
})

/** A Lease of coordination.k8s.io: of several replicas one holds it, and that one sends. */
export class Lease {
  readonly #objects: ApiObjects
  readonly #collection: string
  readonly #name: string
  readonly #identity: string
  readonly #now: () => Seconds
  /** The version of another's lease, and since when it has not changed by our own clock: theirs may differ. */
  #seen = { version: '', at: 0 }
  #renewedAt = Number.NEGATIVE_INFINITY
  /** When another's lease runs out if it is not renewed; null: none is known. */
  #freeAt: Seconds | null = null
  /** It was asked for, whatever came of that: an answer that was lost may have been a yes. */
  #mayBeOurs = false

  constructor(objects: ApiObjects, namespace: string, name: string, identity: string, now: () => Seconds) {
    this.#objects = objects
    this.#collection = leasesPath(namespace)
    this.#name = name
    this.#identity = identity
    this.#now = now
  }

  /** Whether it was renewed lately enough that no other replica can have it. */
  get isHeld(): boolean {
    return this.#now() - this.#renewedAt < RENEW_DEADLINE_SECONDS
  }

  /** In how many seconds another's lease runs out, if it is not renewed; Infinity: no other is known to have it. */
  get expiresIn(): Seconds {
    return this.#freeAt === null ? Number.POSITIVE_INFINITY : this.#freeAt - this.#now()
  }

  /** Takes or renews it when that is possible; whether it is held then. Throws what the API server answered otherwise. */
  async acquire(): Promise<boolean> {
    const startedAt = this.#now()
    const present = await this.#objects.read(`${this.#collection}/${this.#name}`)
    if (present === null) return this.#write(null, startedAt)
    const { metadata, spec } = Value.Parse(LEASE, present)
    const holder = spec?.holderIdentity ?? ''
    const version = metadata.resourceVersion
    if (version !== this.#seen.version) this.#seen = { version, at: startedAt }
    const freeAt = this.#seen.at + (spec?.leaseDurationSeconds ?? LEASE_SECONDS)
    const isAnothers = holder !== '' && holder !== this.#identity && startedAt < freeAt
    this.#freeAt = isAnothers ? freeAt : null
    if (isAnothers) {
      this.#renewedAt = Number.NEGATIVE_INFINITY
      return false
    }
    return this.#write(version, startedAt)
  }

  /** Gives it up, so that another may take it at once. */
  async release(): Promise<void> {
    if (!this.#mayBeOurs) return
    this.#renewedAt = Number.NEGATIVE_INFINITY
    const present = await this.#objects.read(`${this.#collection}/${this.#name}`)
    const lease = present === null ? null : Value.Parse(LEASE, present)
    if (lease?.spec?.holderIdentity === this.#identity) await this.#put(lease.metadata.resourceVersion, '')
    this.#mayBeOurs = false
  }

  async #write(version: string | null, startedAt: Seconds): Promise<boolean> {
    this.#mayBeOurs = true
    try {
      await this.#put(version, this.#identity)
      this.#renewedAt = startedAt
    } catch (error) {
      // Another replica was quicker.
      if (!(error instanceof ApiStatusError && error.status === 409)) throw error
      this.#renewedAt = Number.NEGATIVE_INFINITY
    }
    return this.isHeld
  }

  #put(version: string | null, holder: string): Promise<unknown> {
    const object = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: this.#name, ...(version === null ? {} : { resourceVersion: version }) },
      spec: {
        holderIdentity: holder,
        leaseDurationSeconds: LEASE_SECONDS,
        // MicroTime: six digits.
        renewTime: new Date(this.#now() * 1000).toISOString().replace('Z', '000Z'),
      },
    }
    return version === null
      ? this.#objects.create(this.#collection, object)
      : this.#objects.replace(`${this.#collection}/${this.#name}`, object)
  }
}

/** Who holds a lease, as it says itself; null: nobody. Throws what the API server answered otherwise. */
export async function readHolder(
  objects: Pick<ApiObjects, 'read'>,
  namespace: string,
  name: string,
): Promise<string | null> {
  const present = await objects.read(`${leasesPath(namespace)}/${name}`)
  const holder = present === null ? '' : (Value.Parse(LEASE, present).spec?.holderIdentity ?? '')
  return holder === '' ? null : holder
}

function leasesPath(namespace: string): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`
}
