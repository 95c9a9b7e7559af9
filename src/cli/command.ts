/** The parts of the process that a command may use. Only main.ts accesses the real process. */
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

/** Exit codes of Lynceus' own commands. */
export const EXIT = { pass: 0, fail: 1, usage: 2, inconclusive: 3, unreachable: 4, timeout: 124 } as const

/** The command line is wrong; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
