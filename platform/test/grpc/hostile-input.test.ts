import { once } from 'node:events';
import { connect as connectHttp2, constants } from 'node:http2';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asReader, type DocumentServer, startDocumentServer } from './document-server.ts';

let server: DocumentServer;

beforeAll(async () => {
  server = await startDocumentServer({
    checkDocumentAccess: async () => ({ status: 'ready', textSha256: '' }),
    uploadDocument: async (requests) => {
      for await (const _ of requests);
      return { document: undefined };
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

async function expectAlive(): Promise<void> {
  const answer = await server.client.checkDocumentAccess({ documentId: '1', permission: 'read' });
  expect(answer.status).toBe('ready');
}

/** Sends bytes as the body of a gRPC call. @returns the grpc-status, wherever it came */
async function post(body: Buffer, headers: Record<string, string> = {}): Promise<string | undefined> {
  const session = connectHttp2(`http://${server.address}`);
  session.on('error', () => undefined);
  try {
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: '/contractreviewer.document.v1.DocumentService/CheckDocumentAccess',
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
      [constants.HTTP2_HEADER_TE]: 'trailers',
      ...headers,
    });
    let status: string | undefined;
    const note = (received: Record<string, unknown>) => {
      const value = received['grpc-status'];
      if (typeof value === 'string') status = value;
    };
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('error', () => undefined);
    stream.on('data', () => undefined);
    stream.end(body);
    await once(stream, 'close');
    return status;
  } finally {
    session.close();
  }
}

function frame(flag: number, length: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flag, 0);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, payload]);
}

const invalid = '3';
const tooLarge = '8';

it.each([
  ['that is no protobuf', frame(0, 4, Buffer.from([0xff, 0xff, 0xff, 0xff])), {}, invalid],
  ['whose text is cut off', frame(0, 2, Buffer.from([0x0a, 0x7f])), {}, invalid],
  ['that claims four gigabytes', frame(0, 0xffff_ffff, Buffer.alloc(16)), {}, tooLarge],
  ['that is not compressed as it says', frame(1, 4, Buffer.from('none')), { 'grpc-encoding': 'gzip' }, invalid],
  ['with a deadline that is no duration', frame(0, 0, Buffer.alloc(0)), { 'grpc-timeout': 'soon' }, invalid],
])('a message %s is refused and fails its own call alone', async (_what, body, headers, expected) => {
  expect(await post(body, headers)).toBe(expected);
  await expectAlive();
});

it.each([
  ['a frame that is cut off', frame(0, 100, Buffer.from('short')), {}],
  ['no message', Buffer.alloc(0), {}],
  ['a compression that nobody knows', frame(1, 4, Buffer.from('none')), { 'grpc-encoding': 'brotli' }],
])('%s harms nobody else', async (_what, body, headers) => {
  await post(body, headers);
  await expectAlive();
});

it('a message that is larger than the limit is refused', async () => {
  const chunk = Buffer.alloc(5 * 1024 * 1024);
  async function* oversized() {
    yield { part: { $case: 'chunk' as const, value: chunk } };
  }
  await expect(server.client.uploadDocument(oversized(), asReader)).rejects.toMatchObject({
    code: 'RESOURCE_EXHAUSTED',
  });
  await expectAlive();
});

it('bytes that are no HTTP/2 at all harm nobody else', async () => {
  const [host, port] = server.address.split(':') as [string, string];
  for (const garbage of [
    'GET / HTTP/1.1\r\n\r\n',
    '\u0000\u0001\u0002'.repeat(1000),
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\ngarbage',
  ]) {
    const socket = connect(Number(port), host);
    socket.on('error', () => undefined);
    socket.write(garbage);
    setTimeout(() => socket.destroy(), 300);
    await once(socket, 'close');
  }
  await expectAlive();
});
