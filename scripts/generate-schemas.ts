import { OutputSchema } from '../src/cli/compat/rollout-status/output.ts'

/** The published JSON Schema of what rollout-status prints, as JSON. */
export function generateRolloutStatusSchema(): string {
  const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...OutputSchema }
  return `${JSON.stringify(schema, null, 2)}\n`
}
