/** What containers wrote: their present or last run, and the run before. It is told, like all else that happens. */
export class PodLogs {
  readonly #texts = new Map<string, string>()

  /** Replaces the log of a container's run. */
  write(namespace: string, pod: string, container: string, text: string, previous = false): void {
    this.#texts.set(makeKey(namespace, pod, container, previous), text)
  }

  /** Empty when nothing was written. */
  read(namespace: string, pod: string, container: string, previous: boolean): string {
    return this.#texts.get(makeKey(namespace, pod, container, previous)) ?? ''
  }
}

function makeKey(namespace: string, pod: string, container: string, previous: boolean): string {
  return [namespace, pod, container, previous].join('/')
}
