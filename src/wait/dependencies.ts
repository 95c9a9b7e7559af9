import type { ClusterView } from '../model/view.ts'
import type { Question } from '../question/question.ts'

/**
 * Calls back after each change that may change the answer to a question; returns how to stop.
 *
 * This is the one place that decides which changes concern a question. Today it is every change in the question's namespace
 * and to the state of any watch of the cluster. To evaluate less, narrow it here, e.g. to the workload and what it owns.
 * A narrower choice may only leave out what the analysis of this question never reads; the response cache keys its entries
 * by `view.version(namespace)`, which is the same choice for answers that are not waited for.
 */
export function onRelevantChange(view: ClusterView, question: Question, listener: () => void): () => void {
  return view.onChange(question.namespace, listener)
}
