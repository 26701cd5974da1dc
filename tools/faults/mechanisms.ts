/**
 * What keeps the stores in agreement, and modules that switch each part off from outside: the product has no switch for
 * it. They are loaded before a service's own modules and replace a method.
 *
 * `exposedBy` names the faults against which the mechanism stands; the run then strikes with these alone.
 */
export const mechanisms = {
  lease: {
    title: 'a fill whose lease is gone is refused',
    module: new URL('./sabotage/lease.ts', import.meta.url).href,
    exposedBy: ['Redis flushed'],
  },
  settle: {
    title: 'a writer waits until its invalidation is delivered',
    module: new URL('./sabotage/settle.ts', import.meta.url).href,
    exposedBy: ['Redis flushed'],
  },
  wait: {
    title: 'a writer that cannot deliver waits out the trust of the readers',
    module: new URL('./sabotage/wait.ts', import.meta.url).href,
    exposedBy: ['Redis refuses writes', 'Redis link cut'],
  },
  mark: {
    title: 'readers do not trust Redis while an invalidation is undelivered',
    module: new URL('./sabotage/mark.ts', import.meta.url).href,
    exposedBy: ['Redis refuses writes', 'Redis link cut'],
  },
  run_id: {
    title: 'a Redis process that is not the registered one is not trusted',
    module: new URL('./sabotage/run-id.ts', import.meta.url).href,
    exposedBy: ['Redis killed, old data after'],
  },
} as const satisfies Record<string, { title: string; module: string; exposedBy: readonly string[] }>;

export type Mechanism = keyof typeof mechanisms;
