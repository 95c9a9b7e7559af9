// Writes every generated file of the repository; CI runs it and fails on a difference.
import { writeFileSync } from 'node:fs'
import { generateOpenApi } from './generate-openapi.ts'
import { generateRolloutStatusSchema } from './generate-schemas.ts'
import { generateSlim } from './generate-slim.ts'

const root = new URL('../', import.meta.url)

writeFileSync(
  new URL('src/cluster/decode/slim.generated.ts', root),
  generateSlim(new URL('src/cluster/decode/slim.proto', root)),
)
writeFileSync(new URL('openapi.yaml', root), await generateOpenApi())
writeFileSync(new URL('docs/schemas/rollout-status.schema.json', root), generateRolloutStatusSchema())
