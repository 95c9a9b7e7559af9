import { parseServerUrl } from '../../server-url.ts'

/** The settings of crashcheck, from its environment. */
export interface CrashcheckSettings {
  readonly intervalSeconds: number
  /** Looks at the pods. */
  readonly checks: number
  /** No look begins later than that; null: the checks alone decide. */
  readonly maxSeconds: number | null
  /** Restarts at which it fails. */
  readonly limit: number
  readonly hash: string
  readonly debug: boolean
  /** A Lynceus server to ask; null: the cluster is watched. */
  readonly server: string | null
}

/** A variable is missing or makes no sense; the message is what is printed. */
export class CrashcheckSettingsError extends Error {
  override readonly name = 'CrashcheckSettingsError'
}

type Environment = Readonly<Record<string, string | undefined>>

const WHOLE = /^\d{1,9}$/
/** The values that Kubernetes allows for a label: nothing else may get into a query. */
const LABEL_VALUE = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/

/** Reads INTERVAL, COUNT, MAX_DURATION, DURATION, CRASH_LIMIT, HASH, DEBUG and LYNCEUS_URL. Throws a CrashcheckSettingsError. */
export function readSettings(env: Environment): CrashcheckSettings {
  const interval = parsePositive('INTERVAL', readRequired('INTERVAL', env))
  const count = parseWhole('COUNT', env.COUNT || '0')
  const checks = count > 0 ? readCounted(env, count) : readLasting(env, interval)
  const limit = parsePositive('CRASH_LIMIT', readRequired('CRASH_LIMIT', env))
  const hash = readRequired('HASH', env)
  if (!LABEL_VALUE.test(hash)) throw new CrashcheckSettingsError(`HASH is no pod template hash: "${hash}"`)
  return {
    intervalSeconds: interval,
    ...checks,
    limit,
    hash,
    debug: parseWhole('DEBUG', env.DEBUG || '0') >= 1,
    server: parseServer(env.LYNCEUS_URL),
  }
}

function readCounted(env: Environment, checks: number) {
  if (env.DURATION) throw new CrashcheckSettingsError('COUNT and DURATION cannot both be set')
  if (!env.MAX_DURATION) throw new CrashcheckSettingsError('COUNT is set but MAX_DURATION is not. Exiting...')
  return { checks, maxSeconds: parsePositive('MAX_DURATION', env.MAX_DURATION) }
}

function readLasting(env: Environment, interval: number) {
  const duration = parsePositive('DURATION', readRequired('DURATION', env))
  if (duration % interval !== 0)
    throw new CrashcheckSettingsError('DURATION must be evenly divisible by INTERVAL')
  return { checks: duration / interval, maxSeconds: null }
}

function readRequired(name: string, env: Environment): string {
  const value = env[name]
  if (value === undefined || value === '') throw new CrashcheckSettingsError(`${name} not set. Exiting...`)
  return value
}

function parseWhole(name: string, text: string): number {
  if (WHOLE.test(text)) return Number(text)
  throw new CrashcheckSettingsError(`${name} must be a whole number, not "${text}"`)
}

function parsePositive(name: string, text: string): number {
  const number = parseWhole(name, text)
  if (number > 0) return number
  throw new CrashcheckSettingsError(`${name} must be at least 1`)
}

function parseServer(text: string | undefined): string | null {
  if (text === undefined || text === '') return null
  const url = parseServerUrl(text)
  if (url !== null) return url.href.replace(/\/$/, '')
  throw new CrashcheckSettingsError(
    'LYNCEUS_URL must be an http or https URL without credentials, query or fragment',
  )
}
