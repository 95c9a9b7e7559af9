import type { JsonObject } from '../support/json.ts'
import { type ContainerOptions, podTemplate } from '../support/manifests.ts'

/** Enough that a quarter of them is one. */
const REPLICAS = 4

/** The ClusterAnalysisTemplates of the chart, asked with the arguments that docs/argo.md gives. */
export type Template = 'tripwire' | 'compare' | 'gate' | 'prepromotion' | 'crashcheck' | 'plain'

/** What an analysis of a Rollout names: templates, and arguments for all of them. */
export function analysis(lynceus: string, ...templates: readonly Template[]): JsonObject {
  const hash = { podTemplateHashValue: 'Latest' }
  return {
    templates: templates.map((template) => ({ templateName: `lynceus-${template}`, clusterScope: true })),
    args: [
      { name: 'lynceus', value: lynceus },
      { name: 'namespace', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      { name: 'canary-hash', valueFrom: hash },
      { name: 'preview-hash', valueFrom: hash },
      { name: 'hash', valueFrom: hash },
      { name: 'stable-hash', valueFrom: { podTemplateHashValue: 'Stable' } },
    ],
  }
}

/** A canary strategy that never goes below its replicas. */
export function canary(steps: readonly JsonObject[], background?: JsonObject): JsonObject {
  const analysed = background === undefined ? {} : { analysis: background }
  return { canary: { maxSurge: 1, maxUnavailable: 0, ...analysed, steps } }
}

/** A blueGreen strategy between the Services NAME and NAME-preview. */
export function blueGreen(name: string, prePromotionAnalysis: JsonObject): JsonObject {
  return {
    blueGreen: {
      activeService: name,
      previewService: `${name}-preview`,
      scaleDownDelaySeconds: 1,
      prePromotionAnalysis,
    },
  }
}

/** The Services of a blueGreen Rollout; the controller adds the hashes to their selectors. */
export function services(app: string): readonly JsonObject[] {
  return [app, `${app}-preview`].map((name) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app }, ports: [{ port: 80 }] },
  }))
}

/** A Rollout that gives up when its pods are not ready in time. */
export function rollout(
  name: string,
  container: ContainerOptions,
  strategy: JsonObject,
  spec: JsonObject = {},
): JsonObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name },
    spec: {
      replicas: REPLICAS,
      progressDeadlineSeconds: 240,
      progressDeadlineAbort: true,
      selector: { matchLabels: { app: name } },
      template: podTemplate(name, container),
      strategy,
      ...spec,
    },
  }
}
