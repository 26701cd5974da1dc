import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { expect, it } from 'vitest';
import { asReader, startDocumentServer } from './document-server.ts';

const path = '/contractreviewer.document.v1.DocumentService/CheckDocumentAccess';
const handlers = { checkDocumentAccess: async () => ({ status: 'ready', textSha256: '' }) };

/** A call with further metadata. @returns the code that its stream was ended with, 0 for none */
async function callWith(address: string, metadata: Record<string, string>): Promise<number> {
  const session = connectHttp2(`http://${address}`);
  session.on('error', () => undefined);
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...metadata,
  });
  stream.on('error', () => undefined);
  stream.resume();
  stream.end(Buffer.alloc(5));
  // Not `once`, which rejects when the stream fails.
  await new Promise((resolve) => stream.on('close', resolve));
  session.destroy();
  return stream.rstCode;
}

it('metadata without end is refused, and harms nobody else', async () => {
  await using server = await startDocumentServer(handlers);
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`x-${index}`, 'value']));
  const few = Object.fromEntries(Object.entries(many).slice(0, 50));
  expect(await callWith(server.address, few)).toBe(0);
  expect(await callWith(server.address, many)).not.toBe(0);
  expect(await callWith(server.address, { ...few, 'x-large': 'x'.repeat(100_000) })).not.toBe(0);
  expect(await server.client.checkDocumentAccess({ documentId: '1', permission: 'read' })).toMatchObject(
    await handlers.checkDocumentAccess(),
  );
});

it('a connection has room for 2000 calls at the same time', async () => {
  await using server = await startDocumentServer(handlers);
  const session = connectHttp2(`http://${server.address}`);
  const [settings] = await once(session, 'remoteSettings');
  session.destroy();
  expect(settings.maxConcurrentStreams).toBe(2000);
});

it('a connection that has become old is replaced, and no call fails for it', async () => {
  let calls = 0;
  await using server = await startDocumentServer(
    {
      ...handlers,
      uploadDocument: async (requests) => {
        for await (const _ of requests) calls += 1;
        return { document: undefined };
      },
      async *downloadDocument() {
        for (let chunk = 0; chunk < 20; chunk += 1) {
          await new Promise((resolve) => setTimeout(resolve, 25));
          yield { part: { $case: 'chunk' as const, value: Buffer.from('chunk') } };
        }
      },
    },
    { maxConnectionAgeMs: 100 },
  );
  const until = Date.now() + 1500;
  const work = async () => {
    while (Date.now() < until) {
      await server.client.checkDocumentAccess({ documentId: '1', permission: 'read' });
      await server.client.uploadDocument(chunks(), asReader);
    }
  };
  const download = async () => Array.fromAsync(server.client.downloadDocument({ documentId: '1' }, asReader));
  const [downloaded] = await Promise.all([download(), work(), work(), work()]);
  expect(downloaded).toHaveLength(20);
  expect(calls).toBeGreaterThan(100);
});

async function* chunks() {
  for (let chunk = 0; chunk < 3; chunk += 1) yield { part: { $case: 'chunk' as const, value: Buffer.from('chunk') } };
}
