import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { type Backend, Front, type FrontOptions } from './front.ts'
import { startIssuer } from './issuer.ts'
import type { Pki } from './pki.ts'
import type { Start } from './programs.ts'
import { type HttpProxyOptions, type RunningProxy, startHttpProxy, startSocksProxy } from './proxies.ts'

/** What all rows share. */
export interface World {
  readonly pki: Pki
  readonly backend: Backend
  /** Holds the Deployment `app`. */
  readonly namespace: string
  /** Tokens of service accounts: alice and bob may do everything, eve nothing. */
  readonly tokens: { readonly alice: string; readonly bob: string; readonly eve: string }
  /** The API server itself, as in the cluster's own kubeconfig. */
  readonly direct: { readonly server: string; readonly ca: string; readonly servername: string }
}

/** What a kubeconfig has besides what it needs. */
export interface Parts {
  readonly cluster?: object
  readonly user?: object
  readonly context?: object
  /** Of the file itself. */
  readonly top?: object
  /** Name of the cluster, the user and the context. */
  readonly name?: string
}

/** How a row starts the programs; by default with the kubeconfig that was written last in KUBECONFIG. */
export interface Given extends Partial<Omit<Start, 'env'>> {
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** A folder of its own for a row, and servers that end with it. */
export class Stage {
  readonly world: World
  readonly dir = mkdtempSync(join(tmpdir(), 'lynceus-conformance-'))
  readonly fronts: Front[] = []
  readonly #files = new Map<string, string | Buffer>()
  readonly #ends: (() => void)[] = []
  readonly #seen: string[][] = []

  constructor(world: World) {
    this.world = world
  }

  end(): void {
    for (const end of this.#ends) end()
    rmSync(this.dir, { recursive: true, force: true })
  }

  start({ env = {}, cwd = this.dir, ...rest }: Given): Start {
    const usual = { PATH: process.env.PATH, HOME: join(this.dir, 'home') }
    return { ...rest, cwd, env: { ...usual, ...env } }
  }

  /** What fronts and proxies have seen since this was asked last, each once. */
  evidence(): readonly string[] {
    const fresh = this.#seen.flatMap((seen) => seen.splice(0))
    return [...new Set(fresh)].sort()
  }

  async front(options: FrontOptions = {}): Promise<Front> {
    const front = await Front.start(options, this.world.backend, this.world.pki.server)
    this.fronts.push(front)
    this.#seen.push(front.seen)
    this.#ends.push(() => front.stop())
    return front
  }

  async httpProxy(options: HttpProxyOptions): Promise<RunningProxy> {
    return this.#keep(await startHttpProxy(options))
  }

  async socksProxy(to: number, wants?: string): Promise<RunningProxy> {
    return this.#keep(await startSocksProxy(to, wants))
  }

  /** An OpenID Connect issuer that gives one token to whoever refreshes one. */
  async issuer(idToken: string): Promise<string> {
    const issuer = await startIssuer(this.world.pki.server, idToken)
    this.#ends.push(() => issuer.stop())
    return issuer.url
  }

  write(name: string, content: string | Buffer, mode = 0o644): string {
    const path = join(this.dir, name)
    mkdirSync(dirname(path), { recursive: true })
    this.#files.set(path, content)
    writeFileSync(path, content)
    chmodSync(path, mode)
    return path
  }

  /** Undoes what a program has written to files of this stage: kubectl keeps new tokens in the kubeconfig. */
  restore(): void {
    for (const [path, content] of this.#files) writeFileSync(path, content)
  }

  /** The first line of a file, which is then removed. */
  take(name: string): string {
    const path = join(this.dir, name)
    const [first = ''] = readFileSync(path, 'utf8').split('\n')
    rmSync(path)
    return first
  }

  /** A kubeconfig that leads to a server behind the root certificate, as alice. */
  config(server: string, { cluster = {}, user, context = {}, top = {}, name = 'it' }: Parts = {}): string {
    const { pki, namespace, tokens } = this.world
    const ca = /^https:/i.test(server) ? { 'certificate-authority-data': base64(pki.root.cert) } : {}
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': name,
      clusters: [{ name, cluster: { server, ...ca, ...cluster } }],
      users: [{ name, user: user ?? { token: tokens.alice } }],
      contexts: [{ name, context: { cluster: name, user: name, namespace, ...context } }],
      ...top,
    })
  }

  /** The same, written and named in KUBECONFIG. */
  use(server: string, parts: Parts = {}): Given {
    return { env: { KUBECONFIG: this.write('config', this.config(server, parts)) } }
  }

  #keep(proxy: RunningProxy): RunningProxy {
    this.#seen.push(proxy.seen)
    this.#ends.push(() => proxy.stop())
    return proxy
  }
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
