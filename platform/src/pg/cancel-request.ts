import { once } from 'node:events';
import { connect } from 'node:net';
import type { PoolClient } from 'pg';

/** What identifies a backend, as it said when the connection was made. node-postgres has them, and its types do not. */
interface BackendKey {
  processID: number;
  secretKey: number;
}

const cancelRequestCode = 80_877_102;

/**
 * Asks the server to cancel what runs on a connection. Resolves once it has passed that on, which does not tell whether
 * there was anything to cancel, or whether it has ended by now.
 *
 * By a connection of its own, as the protocol has it, and in plain text, as libpq did until version 16: the server takes
 * such a request before it asks for TLS or a password.
 * See https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS.
 */
export async function requestCancel(client: PoolClient, signal: AbortSignal): Promise<void> {
  const { processID, secretKey } = client as PoolClient & BackendKey;
  const message = Buffer.alloc(16);
  message.writeInt32BE(message.length, 0);
  message.writeInt32BE(cancelRequestCode, 4);
  message.writeInt32BE(processID, 8);
  message.writeInt32BE(secretKey, 12);
  const { host, port } = client;
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  try {
    socket.end(message);
    socket.resume();
    await once(socket, 'close', { signal });
  } finally {
    socket.destroy();
  }
}
