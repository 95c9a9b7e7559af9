/** How to reach an API server. */
export interface KubeconfigTarget {
  readonly server: string
  /** PEM of the certificate to trust; null for plain HTTP. */
  readonly ca: string | null
  readonly token: string | null
  readonly namespace: string
}

const NAME = 'embedded'

/** A kubeconfig with one context, as JSON (which is YAML). */
export function kubeconfigText({ server, ca, token, namespace }: KubeconfigTarget): string {
  const authority = ca === null ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') }
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': NAME,
    clusters: [{ name: NAME, cluster: { server, ...authority } }],
    users: [{ name: NAME, user: token === null ? {} : { token } }],
    contexts: [{ name: NAME, context: { cluster: NAME, user: NAME, namespace } }],
  })
}
