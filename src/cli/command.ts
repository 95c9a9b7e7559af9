/** What a command may use of the process. Only main.ts touches the real one. */
export interface ProcessContext {
  /** Arguments after the command's name. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
  /** Resolves with the name of the first SIGTERM or SIGINT. */
  readonly terminated: Promise<NodeJS.Signals>
}

/** A command of the command line. Resolves with the exit code. */
export interface Command {
  readonly name: string
  readonly summary: string
  readonly run: (context: ProcessContext) => Promise<number>
}

/** Exit codes of our own commands. */
export const EXIT = { pass: 0, fail: 1, usage: 2, inconclusive: 3, unreachable: 4, timeout: 124 } as const

/** The command line makes no sense; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
