import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ApiObjects } from '../../cluster/client/api-objects.ts'
import { ApiStatusError } from '../../cluster/client/errors.ts'
import type { Seconds } from '../../model/meta.ts'

/** The timing of client-go's leader election, seconds. */
const LEASE_SECONDS = 15
const RENEW_DEADLINE_SECONDS = 10
/** Between two attempts to acquire or renew it. */
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

/** A Lease of coordination.k8s.io. One replica holds it, and only that one sends. */
export class Lease {
  readonly #objects: ApiObjects
  readonly #collection: string
  readonly #name: string
  readonly #identity: string
  readonly #now: () => Seconds
  /** The version of the Lease, and when this replica first saw it: the clocks of other replicas may differ. */
  #seen = { version: '', at: 0 }
  #renewedAt = Number.NEGATIVE_INFINITY
  /** When another replica's lease expires without a renewal; null: no other replica is known to hold it. */
  #expiresAt: Seconds | null = null
  /** This replica tried to acquire it; a lost response may have been a success. */
  #mayBeOurs = false

  constructor(objects: ApiObjects, namespace: string, name: string, identity: string, now: () => Seconds) {
    this.#objects = objects
    this.#collection = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`
    this.#name = name
    this.#identity = identity
    this.#now = now
  }

  /** Whether this replica renewed it so recently that no other replica can hold it. */
  get isHeld(): boolean {
    return this.#now() - this.#renewedAt < RENEW_DEADLINE_SECONDS
  }

  /** Seconds until another replica's lease expires without a renewal; Infinity: no other replica is known to hold it. */
  get expiresIn(): Seconds {
    return this.#expiresAt === null ? Number.POSITIVE_INFINITY : this.#expiresAt - this.#now()
  }

  /** Acquires or renews it if possible, and resolves with whether it is held. Throws other errors of the API server. */
  async acquire(): Promise<boolean> {
    const startedAt = this.#now()
    const lease = await this.#read()
    if (lease === null) return this.#write(null, startedAt)
    const { metadata, spec } = lease
    const holder = spec?.holderIdentity ?? ''
    const version = metadata.resourceVersion
    if (version !== this.#seen.version) this.#seen = { version, at: startedAt }
    const expiresAt = this.#seen.at + (spec?.leaseDurationSeconds ?? LEASE_SECONDS)
    const isAnothers = holder !== '' && holder !== this.#identity && startedAt < expiresAt
    this.#expiresAt = isAnothers ? expiresAt : null
    if (isAnothers) {
      this.#renewedAt = Number.NEGATIVE_INFINITY
      return false
    }
    return this.#write(version, startedAt)
  }

  /** Gives it up, so that another replica may acquire it at once. Throws the errors of the API server. */
  async release(): Promise<void> {
    if (!this.#mayBeOurs) return
    this.#renewedAt = Number.NEGATIVE_INFINITY
    const lease = await this.#read()
    if (lease?.spec?.holderIdentity === this.#identity) await this.#put(lease.metadata.resourceVersion, '')
    this.#mayBeOurs = false
  }

  /** The identity of the holder; null: nobody holds it. Throws the errors of the API server. */
  async readHolder(): Promise<string | null> {
    return (await this.#read())?.spec?.holderIdentity || null
  }

  async #read(): Promise<Static<typeof LEASE> | null> {
    const object = await this.#objects.read(`${this.#collection}/${this.#name}`)
    return object === null ? null : Value.Parse(LEASE, object)
  }

  async #write(version: string | null, startedAt: Seconds): Promise<boolean> {
    this.#mayBeOurs = true
    try {
      await this.#put(version, this.#identity)
      this.#renewedAt = startedAt
    } catch (error) {
      // 409: another replica was faster.
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
        // MicroTime has six digits.
        renewTime: new Date(this.#now() * 1000).toISOString().replace('Z', '000Z'),
      },
    }
    return version === null
      ? this.#objects.create(this.#collection, object)
      : this.#objects.replace(`${this.#collection}/${this.#name}`, object)
  }
}
