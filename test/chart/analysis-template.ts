import { Type } from '@fastify/type-provider-typebox'
import { Value } from 'typebox/value'
import { parse } from 'yaml'

/** A number, or the argument that gives it. */
const Limit = Type.Optional(Type.Union([Type.Integer(), Type.String()]))

const Metric = Type.Object(
  {
    name: Type.String(),
    interval: Type.String(),
    count: Limit,
    consecutiveSuccessLimit: Limit,
    failureLimit: Limit,
    inconclusiveLimit: Limit,
    consecutiveErrorLimit: Limit,
    successCondition: Type.Optional(Type.String()),
    failureCondition: Type.Optional(Type.String()),
    provider: Type.Object({
      web: Type.Object(
        { url: Type.String(), timeoutSeconds: Type.Integer() },
        { additionalProperties: false },
      ),
    }),
  },
  { additionalProperties: false },
)

const Template = Type.Object({
  apiVersion: Type.Literal('argoproj.io/v1alpha1'),
  kind: Type.Literal('ClusterAnalysisTemplate'),
  metadata: Type.Object({ name: Type.String(), annotations: Type.Object({ description: Type.String() }) }),
  spec: Type.Object({
    args: Type.Array(Type.Object({ name: Type.String(), value: Type.Optional(Type.String()) })),
    metrics: Type.Array(Metric, { minItems: 1 }),
  }),
})

export type AnalysisTemplate = Type.Static<typeof Template>
export type AnalysisMetric = AnalysisTemplate['spec']['metrics'][number]

/** Reads a template; throws where it is not of the shape that the chart ships. */
export function readTemplate(yaml: string): AnalysisTemplate {
  return Value.Parse(Template, parse(yaml))
}

/** Puts the arguments in, raw as Argo Rollouts does. Throws when one is not declared or has no value. */
export function filledIn(
  text: string,
  { spec }: AnalysisTemplate,
  given: Readonly<Record<string, string>>,
): string {
  return text.replaceAll(/\{\{\s*args\.([\w-]+)\s*\}\}/g, (_, name: string) => {
    const argument = spec.args.find((one) => one.name === name)
    const value = given[name] ?? argument?.value
    if (argument === undefined || value === undefined) throw new Error(`argument ${name} has no value`)
    return value
  })
}

const NUMBER = /^\d+$/

/** What a metric would do wrong in the hands of Argo Rollouts v1.10; empty when it is right. */
export function faultsOf(metric: AnalysisMetric, template: AnalysisTemplate): string[] {
  const number = (value: number | string | undefined, initial: number): number => {
    const filled = filledIn(String(value ?? initial), template, {})
    return NUMBER.test(filled) ? Number(filled) : Number.NaN
  }
  const count = number(metric.count, 0)
  const failures = number(metric.failureLimit, 0)
  const inconclusive = number(metric.inconclusiveLimit, 0)
  const successes = number(metric.consecutiveSuccessLimit, 0)
  const errors = number(metric.consecutiveErrorLimit, 4)
  const { successCondition, failureCondition } = metric
  const checks: readonly (readonly [boolean, string])[] = [
    [successCondition !== undefined && failureCondition !== undefined, 'one condition: unknown is misjudged'],
    [successCondition !== failureCondition, 'both conditions are the same'],
    [[count, failures, inconclusive, successes, errors].every(Number.isFinite), 'a limit is no number'],
    [failures === 0, 'failureLimit: the first fail must end it'],
    [errors >= 12, 'consecutiveErrorLimit: an outage of less than two minutes aborts'],
    [count === 0 || inconclusive < count, 'inconclusiveLimit is not below count: it promotes on pending'],
    [count === 0 || failures + successes < count, 'count leaves no room for its limits'],
    [
      count === 0 || successes > 0 || (failures === 0 && inconclusive === 0),
      'no consecutiveSuccessLimit: reaching the count is a success',
    ],
    [count > 0 || successes === 0, 'a background metric ends itself and is blind from then on'],
    [count > 0 || inconclusive > 0, 'inconclusiveLimit: a single unknown pauses the rollout'],
  ]
  return checks.filter(([holds]) => !holds).map(([, fault]) => `${metric.name}: ${fault}`)
}
