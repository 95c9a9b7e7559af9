import { isObject, type JsonObject } from './json.ts'

/** The image that the script `cluster` imports; it is never pulled. */
const BUSYBOX = { image: 'localhost/busybox:test', imagePullPolicy: 'Never' }

/** What a scenario's only container does. */
export interface ContainerOptions {
  readonly command?: readonly string[]
  readonly image?: string
  /** Merged into the container. */
  readonly container?: JsonObject
  /** Merged into the pod's spec. */
  readonly pod?: JsonObject
}

/** A command of the container's shell. */
export function shell(script: string): ContainerOptions {
  return { command: ['sh', '-c', script] }
}

/** Stays up until it is told to end, as a service does. */
export const SERVING = shell('trap "exit 0" TERM; while :; do sleep 1; done')

/** Metadata and spec of a pod of one container. */
export function podTemplate(
  app: string,
  options: ContainerOptions,
): { readonly metadata: JsonObject; readonly spec: JsonObject } {
  const { command = ['sleep', '100000'], image, container = {}, pod = {} } = options
  const pulled = image === undefined ? BUSYBOX : { image }
  return {
    metadata: { labels: { app } },
    spec: {
      terminationGracePeriodSeconds: 1,
      ...pod,
      containers: [{ name: 'app', command, ...pulled, ...container }],
    },
  }
}

/** An init container beside the container `app`; with `restartPolicy: 'Always'` a native sidecar. */
export function withInit(script: string, init: JsonObject = {}): ContainerOptions {
  const first = { name: 'first', ...BUSYBOX, command: ['sh', '-c', script], ...init }
  return { ...SERVING, pod: { initContainers: [first] } }
}

/** A Deployment that replaces its pods one by one and never goes below its replicas. */
export function deployment(name: string, options: ContainerOptions, replicas = 1): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: { app: name } },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: podTemplate(name, options),
    },
  }
}

export function statefulSet(name: string, options: ContainerOptions): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, labels: { app: name } },
    spec: {
      serviceName: name,
      selector: { matchLabels: { app: name } },
      template: podTemplate(name, options),
    },
  }
}

export function daemonSet(name: string, options: ContainerOptions): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, labels: { app: name } },
    spec: { selector: { matchLabels: { app: name } }, template: podTemplate(name, options) },
  }
}

/** A Job that gives up at the first failure, or after some more. */
export function job(name: string, options: ContainerOptions, backoffLimit = 0): JsonObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels: { app: name } },
    spec: {
      backoffLimit,
      template: podTemplate(name, { ...options, pod: { restartPolicy: 'Never', ...options.pod } }),
    },
  }
}

/** A pod that nobody owns and nothing starts again. */
export function barePod(name: string, options: ContainerOptions): JsonObject {
  const { metadata, spec } = podTemplate(name, {
    ...options,
    pod: { restartPolicy: 'Never', ...options.pod },
  })
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name }, spec }
}

/** The same object with more in its spec. */
export function withSpec(object: JsonObject, more: JsonObject): JsonObject {
  return { ...object, spec: { ...(isObject(object.spec) ? object.spec : {}), ...more } }
}
