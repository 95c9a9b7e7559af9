const REDACTED = '(redacted)'
/** kubectl keeps the whole manifest here, values of variables included. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

type Json = Readonly<Record<string, unknown>>

/** A copy of a Kubernetes object without what may be secret and no rule reads: values of variables, applied manifests. */
export function redact(object: Json): Json {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([key]) => key !== LAST_APPLIED)
      .map(([key, value]) => [
        key,
        key === 'env' && Array.isArray(value) ? value.map(hidden) : within(value),
      ]),
  )
}

function within(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(within)
  return isJson(value) ? redact(value) : value
}

function hidden(variable: unknown): unknown {
  return isJson(variable) && 'value' in variable ? { ...variable, value: REDACTED } : variable
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
