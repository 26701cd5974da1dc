import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CallSettings } from '../../src/grpc/client.ts';
import { clientAddressOf } from '../../src/grpc/client-address.ts';
import { type DocumentServer, startDocumentServer } from './document-server.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let server: DocumentServer;
beforeAll(async () => {
  server = stack.use(
    await startDocumentServer({
      // Open to everybody.
      checkDocumentAccess: async (_request, { clientAddress }) => ({ status: clientAddress, textSha256: '' }),
    }),
  );
});

async function seenAs(settings: CallSettings): Promise<string> {
  const { status } = await server.client.checkDocumentAccess({ documentId: 'd', permission: 'read' }, settings);
  return status;
}

it('the gateway says who its client is', async () => {
  const settings = { authorization: 'Bearer service.gateway', clientAddress: '203.0.113.9' };
  expect(await seenAs(settings)).toBe('203.0.113.9');
});

it.each([
  ['nobody', undefined],
  ['a user', 'Bearer reader'],
  ['another service', 'Bearer service.analysis'],
])('from %s such a word means nothing', async (_who, authorization) => {
  expect(await seenAs({ authorization, clientAddress: '203.0.113.9' })).toBe('127.0.0.1');
});

it('what is no address is not believed of the gateway either', async () => {
  for (const clientAddress of ['unknown', '203.0.113.9, 10.0.0.1', '1'.repeat(1000)]) {
    expect(await seenAs({ authorization: 'Bearer service.gateway', clientAddress })).toBe('127.0.0.1');
  }
});

it('a call without such a word comes from where its connection does', async () => {
  expect(await seenAs({ authorization: 'Bearer service.gateway' })).toBe('127.0.0.1');
});

it.each([
  ['203.0.113.9:5000', '203.0.113.9'],
  ['::ffff:203.0.113.9:5000', '203.0.113.9'],
  ['2001:db8::1:5000', '2001:db8::1'],
  ['unknown', 'unknown'],
])('of the connection %s that is %s', (peer, address) => {
  expect(clientAddressOf(peer, undefined, undefined)).toBe(address);
});
