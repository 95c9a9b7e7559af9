import { NotFoundError } from '../question/not-found-error.ts'

/** How long something unknown is waited for: Argo asks within 30 ms of making a ReplicaSet, before any watch tells. */
const PATIENCE_MS = 1000
/** Questions that wait at once; more are told at once that there is nothing. */
const MAX_PATIENT = 1000

/** Asks again, as objects come, before it believes that something does not exist. */
export class NotFoundGrace {
  #waiting = 0

  /** The evaluation, or the NotFoundError after a moment. */
  async ask<E>(evaluate: () => E, onChange: (listener: () => void) => () => void): Promise<E> {
    const first = attempt(evaluate)
    if (first.type === 'found') return first.value
    if (this.#waiting >= MAX_PATIENT) throw first.error
    this.#waiting += 1
    const { promise, resolve, reject } = Promise.withResolvers<E>()
    const again = (): void => {
      try {
        const next = attempt(evaluate)
        if (next.type === 'found') resolve(next.value)
      } catch (error) {
        reject(error)
      }
    }
    const stopListening = onChange(again)
    const end = setTimeout(() => reject(first.error), PATIENCE_MS)
    try {
      return await promise
    } finally {
      clearTimeout(end)
      stopListening()
      this.#waiting -= 1
    }
  }
}

type Attempt<E> =
  | { readonly type: 'found'; readonly value: E }
  | { readonly type: 'not-found'; readonly error: NotFoundError }

function attempt<E>(evaluate: () => E): Attempt<E> {
  try {
    return { type: 'found', value: evaluate() }
  } catch (error) {
    if (error instanceof NotFoundError) return { type: 'not-found', error }
    throw error
  }
}
