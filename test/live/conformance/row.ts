import type { Given, Stage } from './stage.ts'

/** A kubeconfig with its environment, and who reaches the cluster by it as whom. */
export interface Row {
  readonly name: string
  readonly given: (stage: Stage) => Given | Promise<Given>
  /** As whom kubectl reaches the cluster; null: it is refused, or refuses. */
  readonly user: string | null
  /** The same of Lynceus where it differs, and the case in the table "What differs from kubectl" of docs/access.md. */
  readonly differs?: { readonly user: string | null; readonly case: string }
  /** What Lynceus says where it does not reach the cluster. */
  readonly says?: RegExp
  /**
   * Which Lynceus is tried: `gate` as a process of its own, the client in this process, or both. The client by default; it
   * has the directory and the terminal of this process.
   */
  readonly by?: 'client' | 'gate' | 'both'
  /** A file, beside the kubeconfig, that each program must have written a line of alike. */
  readonly sameFile?: string
  /** What changes before all is asked again, over the connection that is there. */
  readonly afterwards?: (stage: Stage) => void | Promise<void>
  /** Who it is after that. */
  readonly userAfterwards?: string | null
}
