import { defineResource } from './descriptor.ts'

/** Revisions of StatefulSets and DaemonSets: the newest has the hash of the current template. */
export const CONTROLLER_REVISIONS = defineResource({
  name: 'controllerrevisions',
  group: 'apps',
  kind: 'ControllerRevision',
  without: 'questions about StatefulSets, DaemonSets and selectors are answered with 503',
})

/** Events of the ordinary life of pods, which are most events: no rule reads them. */
const ORDINARY_EVENTS = ['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started', 'SuccessfulCreate']

export const EVENTS = defineResource({
  name: 'events',
  group: '',
  kind: 'Event',
  fieldSelector: ORDINARY_EVENTS.map((reason) => `reason!=${reason}`).join(),
  without: 'causes that only events tell, such as a volume that cannot be mounted, are not named',
})

export const NODES = defineResource({
  name: 'nodes',
  group: '',
  kind: 'Node',
  clusterScoped: true,
  without:
    'a pod counts as on a lost node only when its own status says so or its deletion hangs, so a DaemonSet may wait for nodes that do not answer',
})
