import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below every system's ephemeral range, so that no outgoing connection can take the port before its server does. */
const FIRST_PORT = 10_000;
const PAST_LAST_PORT = 32_768;
const ATTEMPTS = 50;

/** Whether a server could listen on `host:port` now. Errors other than the port being taken (EACCES...) are thrown. */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  } finally {
    server.close();
  }
}

/**
 * A free TCP port of the loopback address in [10000, 32767], for servers that cannot listen on port 0.
 *
 * It is random, so that processes that ask at the same instant do not get the same one.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(FIRST_PORT, PAST_LAST_PORT);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`No free port found in ${ATTEMPTS} attempts between ${FIRST_PORT} and ${PAST_LAST_PORT - 1}`);
}
