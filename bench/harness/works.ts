/** The rows of the table: the work that is measured. Every question belongs to one. */
export const WORKS = {
  fire: '`bus.fire`, queueing and context on',
  subscribe: '`bus.on(type).subscribe(fn)`, 10 subscribers',
  changes: '`states.changes(id)`, one subscriber for each entity',
  set: '`states.set`, 5 attributes, 1 listener',
  listener: 'a listener: its bytes, its coming and going',
  gather: '`gatherWithLimitedConcurrency(10, …)`',
  limit: '`limitConcurrency(10, fn)`, a burst of 50,000',
  executor: 'a call of a worker function',
  timeout: '`hub.timeout.run`, 1,000 in flight',
  start: 'start-up, and a hub that has nothing to do',
  home: 'a whole home: 1,000 entities, 200 automations, 20 coordinators, one million changes',
} as const;

export type Work = keyof typeof WORKS;
