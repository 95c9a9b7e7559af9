// The programs that wait for a release, each run as a pipeline would.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { programPath } from '../../chart/support/programs.ts'
import { KUBECTL } from '../support/cluster.ts'
import { startGate } from '../support/gate.ts'
import type { JsonObject } from '../support/json.ts'

const chart = fileURLToPath(new URL('chart', import.meta.url))

/** Name of the release and of its Deployment. */
export const APP = 'app'

/** How long each of them waits at most, seconds: more than twice what any failure takes that Lynceus calls one here. */
export const TIMEOUT_SECONDS = 90

/** What a program that waits came to. */
export interface Waited {
  readonly exitCode: number
  /** From the moment at which the API server had the new version. */
  readonly seconds: number
  /** The line that says how it went, mostly the last. */
  readonly says: string
}

/** Where a release is made. */
export interface Place {
  readonly kubeconfig: string
  readonly namespace: string
}

/** What helm came to; it began before anybody could see the new version. */
export interface HelmEnd extends Omit<Waited, 'seconds'> {
  readonly at: number
}

/** Runs `helm upgrade --install` for these objects, with more flags such as `--wait`. */
export async function upgrade(
  { kubeconfig, namespace }: Place,
  objects: readonly JsonObject[],
  flags: readonly string[],
): Promise<HelmEnd> {
  const folder = mkdtempSync(join(tmpdir(), 'lynceus-waiters-'))
  try {
    const values = join(folder, 'values.json')
    writeFileSync(values, JSON.stringify({ objects }))
    const place = ['--kubeconfig', kubeconfig, '--namespace', namespace]
    const helm = spawn(programPath('helm'), [
      ...['upgrade', '--install', APP, chart, '--values', values],
      ...place,
      ...flags,
    ])
    return await readEnd(helm)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs `helm upgrade --install --wait`. */
export function upgradeAndWait(place: Place, objects: readonly JsonObject[]): Promise<HelmEnd> {
  return upgrade(place, objects, ['--wait', '--timeout', `${TIMEOUT_SECONDS}s`])
}

/** Runs `kubectl rollout status`. */
export async function awaitByKubectl({ kubeconfig, namespace }: Place, from: number): Promise<Waited> {
  const args = ['rollout', 'status', `deployment/${APP}`, `--timeout=${TIMEOUT_SECONDS}s`]
  const { at, ...end } = await readEnd(
    spawn(KUBECTL, [...args, '--kubeconfig', kubeconfig, '--namespace', namespace]),
  )
  return { ...end, seconds: (at - from) / 1000 }
}

/** `lynceus gate`, while it waits. */
export interface GateRun {
  /** Resolves when it has said what it waits for, or has ended. */
  readonly seen: Promise<unknown>
  readonly end: Promise<Waited & { readonly answer: JsonObject }>
}

/** Starts `lynceus gate` with its own defaults. */
export function awaitByGate({ kubeconfig, namespace }: Place, from: number): GateRun {
  const flags = ['--namespace', namespace, '--kind', 'deployment', '--name', APP]
  const gate = startGate(kubeconfig, [...flags, '--timeout', `${TIMEOUT_SECONDS}s`])
  const end = gate.end.then(({ exitCode, answer, progress }) => ({
    exitCode,
    answer,
    seconds: (Date.now() - from) / 1000,
    says: String(answer.message ?? progress.at(-1) ?? ''),
  }))
  return { seen: Promise.race([gate.firstLine, end]), end }
}

/** Of what helm prints about a release, the line that says how it went. */
const TELLING = /^(STATUS|Error): /

async function readEnd(child: ChildProcess): Promise<HelmEnd> {
  const lines: string[] = []
  for (const input of [child.stdout, child.stderr])
    if (input !== null) createInterface({ input }).on('line', (line) => lines.push(line.trim()))
  const [code] = await once(child, 'close')
  const said = lines.filter((line) => line !== '')
  const says = said.find((line) => TELLING.test(line)) ?? said.at(-1) ?? ''
  return { exitCode: Number(code), at: Date.now(), says }
}
