import type { Command } from './command.ts'

/** Each command is loaded when it is run: what the others need would slow down its start. */
export const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['serve', async () => (await import('./serve.ts')).serve],
  ['record', async () => (await import('./record.ts')).record],
  ['gate', async () => (await import('./gate.ts')).gate],
  ['replay', async () => (await import('./replay.ts')).replay],
  ['crashcheck', async () => (await import('./compat/crashcheck.ts')).crashcheck],
  ['rollout-status', async () => (await import('./compat/rollout-status.ts')).rolloutStatus],
  ['notify', async () => (await import('./notify.ts')).notify],
])
