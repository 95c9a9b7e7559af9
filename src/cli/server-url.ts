/**
 * The base URL of a Lynceus server, without a slash behind its path, if it has one; null when it is none. Credentials, a query and a fragment
 * are refused: none is ever sent on, and errors tell the URL.
 */
export function serverUrl(text: string): URL | null {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) return null
  const extras = [url.username, url.password, url.search, url.hash]
  if (extras.some((part) => part !== '')) return null
  url.pathname = url.pathname.replace(/\/+$/, '')
  return url
}
