import { readFileSync, statSync } from 'node:fs'
import { parse } from 'yaml'
import { PolicyFileError, parsePolicy } from '../question/policy-file.ts'
import { LYNCEUS } from '../rules/policies/lynceus.ts'
import type { Policy } from '../rules/policy.ts'
import { ConfigError } from './config-error.ts'

/** Largest policy file, bytes: one with every key is a tenth of it. */
const MAX_BYTES = 64 * 1024

/** The policy lynceus with what a file says laid over it; without a file the policy itself. Throws a ConfigError. */
export function loadPolicy(path: string | undefined): Policy {
  if (path === undefined) return LYNCEUS
  try {
    return parsePolicyText(readBounded(path))
  } catch (cause) {
    if (!(cause instanceof PolicyFileError))
      throw new ConfigError(`cannot read the policy file ${path}`, { cause })
    // The message of the error itself is whole; that of a parser comes after it.
    throw new ConfigError(`policy file ${path}: ${cause.message}`, { cause: cause.cause })
  }
}

/** Parses a policy file, YAML or JSON. Throws a PolicyFileError. */
export function parsePolicyText(text: string): Policy {
  let document: unknown
  try {
    document = parse(text)
  } catch (cause) {
    throw new PolicyFileError('is neither YAML nor JSON', { cause })
  }
  return parsePolicy(document)
}

function readBounded(path: string): string {
  const { size } = statSync(path)
  if (size > MAX_BYTES) throw new PolicyFileError(`has ${size} bytes, more than ${MAX_BYTES}`)
  return readFileSync(path, 'utf8')
}
