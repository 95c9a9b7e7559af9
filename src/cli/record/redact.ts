const REDACTED = '(redacted)'
/** kubectl stores the whole manifest here, with the values of variables. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

type Json = Readonly<Record<string, unknown>>

/** Copies a Kubernetes object without values of variables and applied manifests: they may be secret, and no rule reads them. */
export function redact(object: Json): Json {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([key]) => key !== LAST_APPLIED)
      .map(([key, value]) => [
        key,
        key === 'env' && Array.isArray(value) ? value.map(hideValue) : redactWithin(value),
      ]),
  )
}

function redactWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactWithin)
  return isJson(value) ? redact(value) : value
}

function hideValue(variable: unknown): unknown {
  return isJson(variable) && 'value' in variable ? { ...variable, value: REDACTED } : variable
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
