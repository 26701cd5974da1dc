import { parentPort, workerData } from 'node:worker_threads';
import { openLinkHere } from './link.ts';

/** What the thread is told to do with its link. */
export type LinkCommand = 'cut' | 'stall' | 'mend';

const link = await openLinkHere((workerData as { targetPort: number }).targetPort);
parentPort?.on('message', (command: LinkCommand) => link[command]());
parentPort?.postMessage(link.port);
