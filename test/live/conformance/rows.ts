import type { Row } from './row.ts'
import { FILES } from './rows-files.ts'
import { MERGING } from './rows-merging.ts'
import { OIDC } from './rows-oidc.ts'
import { PLUGINS } from './rows-plugins.ts'
import { PROXIES } from './rows-proxies.ts'
import { SERVERS } from './rows-servers.ts'
import { TLS } from './rows-tls.ts'
import { USERS } from './rows-users.ts'

export const ROWS: readonly Row[] = [
  ...SERVERS,
  ...TLS,
  ...USERS,
  ...OIDC,
  ...PLUGINS,
  ...FILES,
  ...MERGING,
  ...PROXIES,
]
