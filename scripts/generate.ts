// Writes every generated file of the repository; CI runs it and fails on a difference.
import { readFileSync, writeFileSync } from 'node:fs'
import { generateValuesSchema, generateValuesTable } from './generate-chart.ts'
import { generateConfig } from './generate-config.ts'
import { generateMetrics } from './generate-metrics.ts'
import { generateOpenApi } from './generate-openapi.ts'
import { generatePolicyExample } from './generate-policy-example.ts'
import { generateReasons } from './generate-reasons.ts'
import { generateRolloutStatusSchema } from './generate-schemas.ts'
import { generateSlim } from './generate-slim.ts'

const root = new URL('../', import.meta.url)

writeFileSync(
  new URL('src/cluster/decode/slim.generated.ts', root),
  generateSlim(new URL('src/cluster/decode/slim.proto', root)),
)
writeFileSync(new URL('openapi.yaml', root), await generateOpenApi())
writeFileSync(new URL('docs/reasons.md', root), generateReasons())
writeFileSync(new URL('docs/metrics.md', root), generateMetrics())
writeFileSync(new URL('docs/config.md', root), generateConfig())
writeFileSync(new URL('docs/policy.yaml', root), generatePolicyExample())

const chart = new URL('charts/lynceus/', root)
const values = readFileSync(new URL('values.yaml', chart), 'utf8')
const readme = new URL('README.md', chart)
writeFileSync(new URL('values.schema.json', chart), generateValuesSchema(values))
writeFileSync(readme, generateValuesTable(values, readFileSync(readme, 'utf8')))
writeFileSync(new URL('docs/schemas/rollout-status.schema.json', root), generateRolloutStatusSchema())
