import { describeMissing } from '../kinds/index.ts'
import type { ResourceName } from '../model/records.ts'

/** One sentence for a resource that the API server refuses: what Lynceus may not read, and what follows. */
export function refusal(resource: ResourceName, namespace: string): string {
  const where = namespace === '' ? '' : ` in ${namespace}`
  return `Lynceus may not read ${resource}${where} (RBAC needs list and watch): ${describeMissing(resource)}`
}
