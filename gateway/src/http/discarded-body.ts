import type { IncomingMessage } from 'node:http';

/** What a client may still send after it was refused, before we hang up: enough for one that has not noticed yet. */
const maxDiscardedBytes = 64 * 1024 * 1024;

/** Throws away what is still to come of a request, so that the client can finish sending and hear the answer. */
export function discardBody(request: IncomingMessage): void {
  request.unpipe();
  if (request.readableEnded) return;
  let discarded = 0;
  request.on('data', (bytes: Buffer) => {
    discarded += bytes.length;
    if (discarded > maxDiscardedBytes) request.destroy();
  });
  request.resume();
}
