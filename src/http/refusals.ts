import { describeMissing } from '../kinds/index.ts'
import type { ResourceName } from '../model/records.ts'

/** One sentence for a resource that the API server refuses: what may not be read, and what that means. */
export function refusal(resource: ResourceName, namespace: string): string {
  const where = namespace === '' ? '' : ` in ${namespace}`
  return `${resource} may not be read${where} (RBAC needs list and watch): ${describeMissing(resource)}`
}
