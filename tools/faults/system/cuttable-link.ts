import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Link } from './link.ts';
import type { LinkCommand } from './link-worker.ts';

/** A {@link Link} in a thread of its own, where the load of the clients does not slow it down. */
export interface CuttableLink extends Link, AsyncDisposable {}

/** @param targetPort where the server listens on the loopback address */
export async function openLink(targetPort: number): Promise<CuttableLink> {
  const worker = new Worker(new URL('./link-worker.ts', import.meta.url), { workerData: { targetPort } });
  const [port] = (await once(worker, 'message')) as [number];
  const tell = (command: LinkCommand) => worker.postMessage(command);
  return {
    port,
    cut: () => tell('cut'),
    stall: () => tell('stall'),
    mend: () => tell('mend'),
    [Symbol.asyncDispose]: async () => {
      await worker.terminate();
    },
  };
}
