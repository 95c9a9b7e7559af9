/**
 * Parses the base URL of a Lynceus server, and removes slashes at the end of its path; null when it is not one. URLs with
 * credentials, a query or a fragment are refused: they would not be sent, and error messages show the URL.
 */
export function parseServerUrl(text: string): URL | null {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) return null
  const extras = [url.username, url.password, url.search, url.hash]
  if (extras.some((part) => part !== '')) return null
  url.pathname = url.pathname.replace(/\/+$/, '')
  return url
}
