import { CustomResourceError, parseCustomResources } from '../kinds/custom-resource.ts'
import type { CustomResource } from '../model/records.ts'
import { type ProcessContext, UsageError } from './command.ts'
import type { ParsedFlags } from './flags.ts'

/** The flag of commands that read a cluster or a recording by themselves. */
export const CUSTOM_RESOURCES_FLAG = {
  'custom-resources': {
    value: 'GROUP/VERSION/KIND[=PLURAL],...',
    variable: 'LYNCEUS_CUSTOM_RESOURCES',
    text: 'Custom resources besides Argo Rollouts, such as apps.kruise.io/v1alpha1/CloneSet.',
  },
}

/** Parses the custom resources of the flag, else of the environment. Throws a UsageError. */
export function readCustomResources(
  { values }: Pick<ParsedFlags, 'values'>,
  { LYNCEUS_CUSTOM_RESOURCES: variable = '' }: ProcessContext['env'],
): CustomResource[] {
  const names = (values['custom-resources'] ?? variable).split(',').map((name) => name.trim())
  try {
    return parseCustomResources(names.filter((name) => name !== ''))
  } catch (cause) {
    if (!(cause instanceof CustomResourceError)) throw cause
    throw new UsageError(`--custom-resources: ${cause.message}`, { cause })
  }
}
