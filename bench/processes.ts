import { type ChildProcess, fork } from 'node:child_process'

/** Starts a subject of the bench in a process of its own. */
export function subject(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  return fork(new URL(`./subjects/${name}.ts`, import.meta.url), [...args], {
    // The young generation as the image has it; all sides get the same.
    execArgv: ['--expose-gc', '--max-semi-space-size=16', '--min-semi-space-size=16'],
    env: { ...process.env, ...env },
  })
}

/** The next message of a subject; rejects when it ends without one. */
export function message<T>(child: ChildProcess, parse: (value: unknown) => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const told = (value: unknown): void => {
      child.off('exit', ended)
      resolve(parse(value))
    }
    const ended = (code: number | null): void => {
      child.off('message', told)
      reject(new Error(`a subject ended with ${code} before it told anything`))
    }
    child.once('message', told)
    child.once('exit', ended)
  })
}

/** Reads an object of these number fields. */
export function numbers<K extends string>(...names: readonly K[]): (value: unknown) => Record<K, number> {
  return (value) => record(names, value, (field) => (typeof field === 'number' ? field : Number.NaN))
}

export function strings<K extends string>(...names: readonly K[]): (value: unknown) => Record<K, string> {
  return (value) => record(names, value, String)
}

function record<K extends string, T>(
  names: readonly K[],
  value: unknown,
  read: (field: unknown) => T,
): Record<K, T> {
  if (typeof value !== 'object' || value === null) throw new TypeError('an object was expected')
  const fields = new Map<string, unknown>(Object.entries(value))
  const empty: Partial<Record<K, T>> = {}
  for (const name of names) empty[name] = read(fields.get(name))
  return Object.assign(Object.create(null), empty)
}
