import { once } from 'node:events';
import { connect } from 'node:net';
import { waitUntil } from '@contract-reviewer/platform/embedded/processes';
import { HOST } from '../../stack/process-environment.ts';

/** Waits until a server takes connections. @returns whether it did in time */
export function untilListening(port: number, timeoutMs: number): Promise<boolean> {
  return waitUntil(() => isListening(port), timeoutMs);
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, HOST);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    // Refused: not yet.
    return false;
  } finally {
    socket.destroy();
  }
}
