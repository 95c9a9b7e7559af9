import { homedir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

/** Where `test/chart/programs build` has put a program. */
export function programPath(name: string): string {
  return join(process.env.CLUSTER_BIN ?? join(homedir(), '.cache/lynceus-cluster/bin'), name)
}
