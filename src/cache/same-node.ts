import type { Node } from '../model/records.ts'

/**
 * Whether two states of a node say the same to every rule. Each of up to thousands of nodes reports every five minutes, and
 * one that is not ready rewrites its message all the time: neither is a change.
 */
export function isSameNode(one: Node, other: Node): boolean {
  return (
    one.uid === other.uid &&
    one.ready === other.ready &&
    one.readySince === other.readySince &&
    one.reason === other.reason &&
    one.unschedulable === other.unschedulable &&
    one.deletedAt === other.deletedAt &&
    one.leaving.length === other.leaving.length &&
    one.leaving.every((key, index) => key === other.leaving[index])
  )
}
