import { ApiStatus } from '../store/api-status.ts'
import type { ResourceType } from '../store/resource-type.ts'

/** Who may do what. All can be changed at any time. */
export class Access {
  /** Bearer token that requests must carry; null: anyone may ask. */
  token: string | null
  /** The user that refusals name. */
  user = 'system:serviceaccount:lynceus:lynceus'
  readonly #forbidden = new Set<string>()

  constructor(token: string | null) {
    this.token = token
  }

  /** Answers 403 for a resource, in one namespace or ('' ) for requests over all namespaces and in each. */
  forbid(plural: string, namespace = ''): void {
    this.#forbidden.add(`${plural} ${namespace}`)
  }

  /** Answers 403 to one verb (watch, list, get) for a resource, everywhere. */
  forbidVerb(verb: string, plural: string): void {
    this.#forbidden.add(`${verb} ${plural}`)
  }

  allow(plural: string, namespace = ''): void {
    this.#forbidden.delete(`${plural} ${namespace}`)
  }

  /** Whether RBAC would say yes. */
  permits(plural: string, namespace: string): boolean {
    return !this.#forbidden.has(`${plural} `) && !this.#forbidden.has(`${plural} ${namespace}`)
  }

  /** Whether RBAC would say yes to a verb, as a SelfSubjectAccessReview asks. */
  permitsVerb(verb: string, plural: string, namespace: string): boolean {
    return this.permits(plural, namespace) && !this.#forbidden.has(`${verb} ${plural}`)
  }

  /** Throws an ApiStatus (401) when the Authorization header is not the right one. */
  authenticate(authorization: string): void {
    if (this.token === null || authorization === `Bearer ${this.token}`) return
    throw new ApiStatus(401, 'Unauthorized', 'Unauthorized')
  }

  /** Throws an ApiStatus (403) in RBAC's words. */
  authorize(verb: string, type: ResourceType, namespace: string): void {
    if (this.permitsVerb(verb, type.plural, namespace)) return
    const scope = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`
    const full = type.group === '' ? type.plural : `${type.plural}.${type.group}`
    const what = `cannot ${verb} resource "${type.plural}" in API group "${type.group}" ${scope}`
    const details = { ...(type.group === '' ? {} : { group: type.group }), kind: type.plural }
    throw new ApiStatus(403, 'Forbidden', `${full} is forbidden: User "${this.user}" ${what}`, details)
  }
}
