import type { ContainerHistory, PodHistory } from '../../model/history.ts'
import type { Pod } from '../../model/pod.ts'
import { containerFacts } from '../../rules/container-facts.ts'
import { type Context, DEFAULT_SCOPE } from '../../rules/context.ts'
import { isUnstable } from '../../rules/crash.ts'
import type { ReconcileInput } from './input.ts'

/** `down`: it may crash again. `up`: it has proven to stay up. `gone`: nobody will hear of it any more. */
export type State = 'down' | 'up' | 'gone'

/** How a container is now that has ended before. */
export function readState(
  { view, now, policy }: Pick<ReconcileInput, 'view' | 'now' | 'policy'>,
  history: PodHistory,
  { container }: ContainerHistory,
  pod: Pod | undefined,
): State {
  if (pod === undefined || pod.deletedAt !== null) return 'gone'
  const context: Context = { policy, now, scope: DEFAULT_SCOPE, owner: 'controller' }
  const facts = containerFacts({ pod, history: view.historyOf(history.uid), events: [] }, context)
  const own = facts.find(({ status }) => status.name === container)
  if (own === undefined) return 'gone'
  const { state } = own.status
  // An init container that ended well after it had failed is as good as one that runs.
  if (state.type === 'terminated' && state.exitCode === 0 && own.lastCrash === null) return 'up'
  return state.type !== 'running' || isUnstable(own, context) ? 'down' : 'up'
}
