import { provideRuns } from './copies.ts';
import { startForked } from './forked.ts';
import type { Role } from './references/process.ts';
import type { Seed } from './seed.ts';
import type { BenchSystem } from './system.ts';

export interface SaverSettings {
  databaseUrl: string;
  redisUrl: string;
  /** Whose review is saved again and again. */
  analysisId: string;
  /** Of the runs that it may end. */
  requestedBy: string;
}

/**
 * What saves finished reviews as the analysis service does, and can be asked to. In the system that is the last step of a
 * review, which nobody can ask for from outside, so here the service's own stores do it behind the front of the bare chain.
 */
export interface Saver extends AsyncDisposable {
  port: number;
  pids: readonly number[];
  /** Sees to it that there are so many runs to be ended. */
  prepare(count: number): Promise<void>;
}

/** Not the owner of the documents: runs that are under way count against what a user may ask for. */
const requestedBy = 'bench';

export async function startSaver({ stack, redisUrls }: BenchSystem, { analysisIds }: Seed): Promise<Saver> {
  await using resources = new AsyncDisposableStack();
  const [analysisId] = analysisIds as [string];
  const settings: SaverSettings = {
    databaseUrl: stack.databaseUrls.analysis,
    redisUrl: redisUrls.analysis,
    analysisId,
    requestedBy,
  };
  // With the tests, which alone may put parts of services together.
  const service = resources.use(
    await startForked(new URL('../test/bench/saver/process.ts', import.meta.url), settings),
  );
  const front: Role = { role: 'bare chain', servicePort: service.port };
  const chain = resources.use(await startForked(new URL('references/process.ts', import.meta.url), front));
  const acquired = resources.move();
  return {
    port: chain.port,
    pids: [chain.pid, service.pid],
    prepare: (count) => provideRuns(stack.databaseUrls, analysisId, requestedBy, count),
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}
