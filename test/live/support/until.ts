import { setTimeout as sleep } from 'node:timers/promises'

/** Generous: a shared build machine is many times slower than a free one, and only a broken run waits this long. */
export const PATIENCE_MS = 300_000

const PAUSE_MS = 200

/** Asks every `pause` ms until an answer is accepted; throws with the last answer after PATIENCE_MS. */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  accept: (answer: T) => boolean,
  pause = PAUSE_MS,
): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask()
    if (accept(answer)) return answer
    if (Date.now() > deadline)
      throw new Error(`${what}: not within ${PATIENCE_MS} ms; last ${JSON.stringify(answer)}`)
    await sleep(pause)
  }
}
