import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { constants, createGzip } from 'node:zlib'

/** The output of a recording. */
export interface RecordingFile {
  write(line: Readonly<Record<string, unknown>>): void
  /** Rejects with the first error of writing, e.g. a full disk; never resolves before `close`. */
  readonly failed: Promise<never>
  /** Resolves when everything is written. */
  close(): Promise<void>
}

/**
 * Opens a new file, with gzip when its name ends with .gz; never overwrites an existing one. Each line is flushed at once,
 * so that a killed recorder loses none. Rejects with the system's error.
 */
export async function createRecordingFile(path: string): Promise<RecordingFile> {
  const file = createWriteStream(path, { flags: 'wx' })
  await once(file, 'open')
  if (!path.endsWith('.gz')) return recordingTo(file, file)
  const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH })
  gzip.pipe(file)
  return recordingTo(gzip, file)
}

/** Writes to a stream that stays open. */
export function recordingOn(stream: NodeJS.WritableStream): RecordingFile {
  return {
    write: (line) => stream.write(`${JSON.stringify(line)}\n`),
    failed: once(stream, 'error').then(([error]) => Promise.reject(error)),
    close: () => Promise.resolve(),
  }
}

function recordingTo(entry: NodeJS.WritableStream, end: NodeJS.WritableStream): RecordingFile {
  return {
    ...recordingOn(entry),
    failed: once(end, 'error').then(([error]) => Promise.reject(error)),
    close: async () => {
      entry.end()
      await finished(end)
    },
  }
}
