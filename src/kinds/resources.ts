import { defineResource } from './descriptor.ts'

/** Tells which template hash of a StatefulSet or DaemonSet is the newest. */
export const CONTROLLER_REVISIONS = defineResource({
  name: 'controllerrevisions',
  group: 'apps',
  kind: 'ControllerRevision',
  without: 'questions about StatefulSets, DaemonSets and selectors are answered with 503',
})

/** Events of every pod's ordinary life, most of all events: no rule reads them. */
const ORDINARY_EVENTS = [
  'Scheduled',
  'Pulling',
  'Pulled',
  'Created',
  'Started',
  'Killing',
  'SuccessfulCreate',
]

export const EVENTS = defineResource({
  name: 'events',
  group: '',
  kind: 'Event',
  fieldSelector: ORDINARY_EVENTS.map((reason) => `reason!=${reason}`).join(),
  without: 'causes that only events tell, such as a volume that cannot be mounted, are not named',
})
