// Clients that wait at /gate, each over a connection of its own: `gate-clients.ts URL...` opens one for each URL, told by IPC
// `{ urls }`, and says when each has its first event. Then `{ listen: count }` waits until so many more events came and tells
// when each did, ms since the epoch.
import { get, type IncomingMessage } from 'node:http'

const now = (): number => performance.timeOrigin + performance.now()
let heard: number[] = []
let wanted = Number.POSITIVE_INFINITY

function tellWhenAll(): void {
  if (heard.length < wanted) return
  wanted = Number.POSITIVE_INFINITY
  process.send?.({ heard: JSON.stringify(heard) })
}

function open(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const begun = (response: IncomingMessage): void => {
      if (response.statusCode !== 200) reject(new Error(`${url}: ${response.statusCode}`))
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        if (!text.includes('\ndata: ')) return
        heard.push(now())
        resolve()
        tellWhenAll()
      })
    }
    get(url, { agent: false, headers: { accept: 'text/event-stream' } }, begun).on('error', reject)
  })
}

process.on('message', async (message) => {
  const { urls, listen } = Object(message)
  if (Array.isArray(urls)) {
    for (const url of urls) await open(String(url))
    process.send?.({ opened: String(urls.length) })
  }
  if (typeof listen === 'number') {
    heard = []
    wanted = listen
    process.send?.({ listening: 'yes' })
  }
})
