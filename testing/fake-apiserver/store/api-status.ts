import type { JsonObject } from '../json.ts'

/** What a Status tells beside its message. */
export interface StatusDetails {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field?: string }[]
  readonly retryAfterSeconds?: number
}

/** A refusal in the words of the API server: what it answers as a `Status` object. */
export class ApiStatus extends Error {
  override readonly name = 'ApiStatus'
  readonly code: number
  /** Kubernetes reason, e.g. NotFound; '' where the API server gives none. */
  readonly reason: string
  readonly details: StatusDetails | null
  /** metadata.continue: a token that resumes a list whose snapshot is gone. */
  readonly continueToken: string

  constructor(
    code: number,
    reason: string,
    message: string,
    details: StatusDetails | null = null,
    token = '',
  ) {
    super(message)
    this.code = code
    this.reason = reason
    this.details = details
    this.continueToken = token
  }

  /** The Status object, without kind and apiVersion. */
  toObject(): JsonObject {
    const { details } = this
    return {
      metadata: this.continueToken === '' ? {} : { continue: this.continueToken },
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(details === null
        ? {}
        : { details: { ...details, causes: details.causes?.map((cause) => ({ ...cause })) } }),
      code: this.code,
    }
  }
}

/** 400 with the API server's reason. */
export function badRequest(message: string): ApiStatus {
  return new ApiStatus(400, 'BadRequest', message)
}

/** 404 of an object. `plural` is the resource's full name (`deployments.apps`). */
export function notFound(group: string, plural: string, name: string): ApiStatus {
  const full = group === '' ? plural : `${plural}.${group}`
  return new ApiStatus(404, 'NotFound', `${full} "${name}" not found`, {
    name,
    ...optionalGroup(group),
    kind: plural,
  })
}

/** 409 of an update whose resourceVersion is not the present one. */
export function conflict(group: string, plural: string, name: string): ApiStatus {
  const full = group === '' ? plural : `${plural}.${group}`
  const why = 'the object has been modified; please apply your changes to the latest version and try again'
  const message = `Operation cannot be fulfilled on ${full} "${name}": ${why}`
  return new ApiStatus(409, 'Conflict', message, { name, ...optionalGroup(group), kind: plural })
}

/** 409 of a create of an object that is there. */
export function alreadyExists(group: string, plural: string, name: string): ApiStatus {
  const full = group === '' ? plural : `${plural}.${group}`
  const details = { name, ...optionalGroup(group), kind: plural }
  return new ApiStatus(409, 'AlreadyExists', `${full} "${name}" already exists`, details)
}

/** 404 of a path that the API server does not have. */
export function unknownResource(): ApiStatus {
  return new ApiStatus(404, 'NotFound', 'the server could not find the requested resource', {})
}

/** 410 of a watch from a resourceVersion that is no longer remembered. */
export function tooOldResourceVersion(asked: number, oldest: number): ApiStatus {
  return new ApiStatus(410, 'Expired', `too old resource version: ${asked} (${oldest})`)
}

/** 410 of a list at a resourceVersion that is compacted. */
export function compacted(): ApiStatus {
  return new ApiStatus(410, 'Expired', 'The resourceVersion for the provided list is too old.')
}

/** 410 of a continue token whose snapshot is compacted; carries a token that goes on without it. */
export function continueExpired(token: string): ApiStatus {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
    'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
    'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
    'deleted between the time the first chunk was returned and now may show up in the list.'
  return new ApiStatus(410, 'Expired', message, null, token)
}

/** 504 of a resourceVersion that the server has not reached. */
export function tooLargeResourceVersion(asked: number, current: number): ApiStatus {
  return new ApiStatus(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
}

/** 422 of an object or of list options. */
export function invalid(
  details: { name: string; group?: string; kind: string },
  field: string,
  why: string,
): ApiStatus {
  const full = details.group === undefined ? details.kind : `${details.kind}.${details.group}`
  const reason = why.startsWith('Forbidden') ? 'FieldValueForbidden' : 'FieldValueInvalid'
  return new ApiStatus(422, 'Invalid', `${full} "${details.name}" is invalid: ${field}: ${why}`, {
    ...(details.name === '' ? {} : { name: details.name }),
    ...optionalGroup(details.group ?? ''),
    kind: details.kind,
    causes: [{ reason, message: why, field }],
  })
}

function optionalGroup(group: string): { group?: string } {
  return group === '' ? {} : { group }
}
