import { ApiStatus, badRequest, invalid } from '../store/api-status.ts'

/** The query of a list or watch. */
export interface ListOptions {
  readonly watch: boolean
  readonly labelSelector: string
  readonly fieldSelector: string
  readonly limit: number
  readonly continueToken: string
  /** '' when not given. */
  readonly resourceVersion: string
  readonly resourceVersionMatch: string
  readonly timeoutSeconds: number
  readonly bookmarks: boolean
  readonly sendInitialEvents: boolean | null
}

/**
 * Reads and checks the options, of a server that has the feature WatchList or has not. Throws an ApiStatus (400, 422) as the
 * API server does.
 */
export function listOptions(query: URLSearchParams, hasWatchList = true): ListOptions {
  const text = (name: string) => query.get(name) ?? ''
  const options: ListOptions = {
    watch: flag(text('watch')) === true,
    labelSelector: text('labelSelector'),
    fieldSelector: text('fieldSelector'),
    limit: integer(text('limit')),
    continueToken: text('continue'),
    resourceVersion: text('resourceVersion'),
    resourceVersionMatch: text('resourceVersionMatch'),
    timeoutSeconds: integer(text('timeoutSeconds')),
    bookmarks: flag(text('allowWatchBookmarks')) === true,
    sendInitialEvents: flag(text('sendInitialEvents')),
  }
  check(options, hasWatchList)
  return options
}

/** A resourceVersion as a number; 0 for '' and '0'. Throws an ApiStatus where it is no number. */
export function parseVersion(text: string, code: 400 | 500): number {
  if (text === '') return 0
  if (/^\d+$/.test(text)) return Number(text)
  const why = `Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`
  if (code === 400) throw badRequest(`invalid resource version: resourceVersion: ${why}`)
  throw new ApiStatus(code, '', `resourceVersion: ${why}`)
}

function check(options: ListOptions, hasWatchList: boolean): void {
  const { watch, resourceVersion, resourceVersionMatch: match, sendInitialEvents, continueToken } = options
  if (sendInitialEvents !== null && !watch) {
    throw forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list')
  }
  if (watch && sendInitialEvents !== null && match !== 'NotOlderThan') {
    const why = 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'
    throw forbidden('resourceVersionMatch', why)
  }
  if (sendInitialEvents !== null && !hasWatchList) {
    const why = 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled'
    throw forbidden('sendInitialEvents', why)
  }
  if (watch && sendInitialEvents === null && match !== '') {
    throw forbidden(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    )
  }
  if (watch || match === '') return
  if (resourceVersion === '') {
    throw forbidden(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden unless resourceVersion is provided',
    )
  }
  if (continueToken !== '') {
    throw forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided')
  }
  if (match === 'Exact' && resourceVersion === '0') {
    throw forbidden(
      'resourceVersionMatch',
      'resourceVersionMatch "Exact" is forbidden for resourceVersion "0"',
    )
  }
}

function forbidden(field: string, why: string): ApiStatus {
  return invalid({ name: '', group: 'meta.k8s.io', kind: 'ListOptions' }, field, `Forbidden: ${why}`)
}

function integer(text: string): number {
  if (text === '') return 0
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`)
  return Number(text)
}

function flag(text: string): boolean | null {
  if (text === '') return null
  return text !== 'false' && text !== '0'
}
