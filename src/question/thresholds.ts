import { PARAMETERS, type ParameterName, type Parameters, type Refuse, type Tuning } from './parameters.ts'

type ValueOf<Row> = Row extends { readonly read: (given: never, refuse: Refuse) => infer V } ? V : never
type Values = {
  [N in ParameterName as (typeof PARAMETERS)[N] extends { read: unknown } ? N : never]: NonNullable<
    ValueOf<(typeof PARAMETERS)[N]>
  >
}
type ThresholdName = keyof Values

/** The thresholds of a question or of a workload's annotations; those that are not given are absent. */
export type Thresholds = Readonly<Partial<Values>>

const THRESHOLDS: {
  readonly [N in ThresholdName]: {
    readonly read: (given: NonNullable<Parameters[N]>, refuse: Refuse) => Values[N] | undefined
    readonly tune: (value: Values[N]) => Tuning
  }
} = PARAMETERS

function isThreshold(name: string): name is ThresholdName {
  return Object.entries(PARAMETERS).some(([known, row]) => known === name && 'tune' in row)
}

/** The parameters that are thresholds; a workload may have them as annotations. */
export const THRESHOLD_NAMES = Object.keys(PARAMETERS).filter(isThreshold)

/** Reads values that the schemas accept. A value that cannot be read is reported and left out. */
export function readThresholds(
  given: Partial<Pick<Parameters, ThresholdName>>,
  report: (name: ThresholdName, reason: string) => undefined,
): Thresholds {
  const thresholds: Partial<Values> = {}
  const read = <N extends ThresholdName>(name: N): void => {
    const text = given[name]
    if (text === undefined) return
    const value = THRESHOLDS[name].read(text, (reason) => report(name, reason))
    if (value !== undefined) thresholds[name] = value
  }
  for (const name of THRESHOLD_NAMES) read(name)
  return thresholds
}

/** The changes of the rules, one for each threshold that is given. */
export function listTunings(thresholds: Thresholds): readonly Tuning[] {
  const tunings: Tuning[] = []
  const tune = <N extends ThresholdName>(name: N): void => {
    const value = thresholds[name]
    if (value !== undefined) tunings.push(THRESHOLDS[name].tune(value))
  }
  // Asked for each workload of each answer.
  for (const name of THRESHOLD_NAMES) if (thresholds[name] !== undefined) tune(name)
  return tunings
}
