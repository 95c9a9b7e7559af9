import { describeSettings } from '../src/config/settings.ts'
import { code, table } from './markdown.ts'

const HEAD = `<!-- Generated from src/config/settings.ts by \`npm run generate\`. Do not edit. -->
# Settings of \`lynceus serve\`

Each by flag, environment variable or settings file. The flag wins over the variable, the variable over the file, the file over the default. An empty value counts as unset, wherever it stands. A value that can't be used ends the start with exit code 2 and names the place it came from; so does an unknown key of the file.

The file is YAML or JSON with the keys of the table, named by \`--config\` or \`LYNCEUS_CONFIG\`:

\`\`\`yaml
staleAfter: 20s
namespaces: [shop, checkout]
\`\`\`

The Helm chart sets variables: what stands below its value \`config\`, by the same keys ([charts/lynceus](../charts/lynceus)).

`

const OTHERS = `
Not settings of the table, as they are not Lynceus's own or name secrets:

| variable | meaning |
| --- | --- |
| \`LYNCEUS_CONFIG\` | The settings file, like \`--config\`. |
| \`NOTIFY\` | Comma-separated URLs that are told when apps crash or are released ([notifications.md](notifications.md)). |
| \`KUBECONFIG\` | Kubeconfig files, as for kubectl. |
| \`KUBERNETES_CONTEXT\` | Context of ~/.kube/config, where \`--context\` names none ([access.md](access.md)). |
| \`VAULT_ADDR\`, \`VAULT_TOKEN\`, \`VAULT_NAMESPACE\`, \`KUBERNETES_TOKEN_SECRET\`, \`KUBERNETES_API_SERVER\` | A token for the API server in Vault ([access.md](access.md)). |

A value of the form \`tcp://10.0.0.7:80\` in a variable is passed over: Kubernetes sets \`LYNCEUS_PORT\` so for pods beside a Service named lynceus.
`

/** The Markdown document of all settings. */
export function generateConfig(): string {
  const rows = describeSettings().map(({ name, flag, variable, default: initial, unit, description }) => [
    code(flag),
    code(variable),
    code(name),
    code(initial),
    unit,
    linked(description),
  ])
  return `${HEAD}${table(['flag', 'variable', 'key in the file', 'default', 'unit', 'meaning'], rows)}${OTHERS}`
}

/** Documents are named from the repository's root; this one lies beside them. */
function linked(description: string): string {
  return description.replaceAll(/docs\/([\w-]+\.md)/g, '[$1]($1)')
}
