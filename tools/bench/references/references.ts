import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import type { Seed } from '../seed.ts';
import type { BenchSystem } from '../system.ts';
import type { Role } from './process.ts';

/** The two references, serving. */
export interface References extends AsyncDisposable {
  bareChain: { port: number; pids: readonly number[] };
  monolith: { port: number; pids: readonly number[] };
}

/** The only prefix that the gateway's user of Redis may touch, and no key of the gateway's own. */
export const keyPrefix = 'gateway:bench:';

/** What the bare chain has to serve, by the last part of the path. */
export const bareKeys = { document: 'document', analysis: 'analysis', list: 'list', session: 'session' } as const;

export async function startReferences(
  { redisUrls, stack: { databaseUrls } }: BenchSystem,
  { documentBody, analysisBody }: Seed,
  bodies: { list: string; session: string },
): Promise<References> {
  await using resources = new AsyncDisposableStack();
  const redis = new Redis(redisUrls.gateway);
  const values = { document: documentBody, analysis: analysisBody, ...bodies };
  for (const [key, value] of Object.entries(values)) await redis.set(keyPrefix + key, value);
  await redis.quit();

  const start = async (role: Role) => {
    const child = fork(new URL('process.ts', import.meta.url), { stdio: 'inherit' });
    resources.defer(() => stop(child));
    child.send(role);
    const [port] = (await once(child, 'message')) as [number];
    return { port, pid: child.pid as number };
  };
  const redisUrl = redisUrls.gateway;
  const service = await start({ role: 'bytes', redisUrl });
  const chain = await start({ role: 'bare chain', servicePort: service.port });
  const monolith = await start({
    role: 'monolith',
    redisUrl,
    keyPrefix,
    documentDatabaseUrl: databaseUrls.document,
    analysisDatabaseUrl: databaseUrls.analysis,
    ownerId: (JSON.parse(documentBody) as { owner_id: string }).owner_id,
  });
  const acquired = resources.move();
  return {
    bareChain: { port: chain.port, pids: [chain.pid, service.pid] },
    monolith: { port: monolith.port, pids: [monolith.pid] },
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
}
