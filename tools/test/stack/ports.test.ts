import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { freePort } from '@contract-reviewer/platform/embedded/free-port';
import { expect, test } from 'vitest';
import { checkPorts } from '../../stack/ports.ts';
import { readSettings, type StackSettings } from '../../stack/settings.ts';

test('every port that is taken is named, with the setting that changes it', async () => {
  await using servers = new AsyncDisposableStack();
  const takenPort = async () => {
    const server = createServer().listen(0, '127.0.0.1');
    servers.defer(() => void server.close());
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const [http, session] = [await takenPort(), await takenPort()];
  const settings = readSettings([], {
    PORT: String(http),
    DOCUMENT_GRPC_PORT: String(await freePort()),
    ANALYSIS_GRPC_PORT: String(await freePort()),
    SESSION_GRPC_PORT: String(session),
  }) as StackSettings;
  await expect(checkPorts(settings)).rejects.toThrow(
    `Port ${http} for the gateway is in use; set PORT to another one.\n` +
      `Port ${session} for the session service is in use; set SESSION_GRPC_PORT to another one.`,
  );
});
