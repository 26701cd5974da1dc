import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundUnreadAnswers, UnreadAnswers } from '../src/http/unread-answers.ts';
import { KnownCallers } from '../src/known-callers.ts';

const megabyte = 1024 * 1024;

describe('answers that are not read', () => {
  it('take 128 MB at most, and 32 MB of one reader', () => {
    const unread = new UnreadAnswers();
    const taken = (reader: string) =>
      Array.from({ length: 40 }, () => unread.add(reader, megabyte)).filter(Boolean).length;
    expect(['a', 'b', 'c', 'd', 'e'].map(taken)).toEqual([32, 32, 32, 32, 0]);
    unread.remove('a', megabyte);
    expect(taken('e')).toBe(1);
    expect(taken('a')).toBe(0);
  });

  it('may be of any size when they are alone', () => {
    const unread = new UnreadAnswers();
    expect(unread.add('a', 500 * megabyte)).toBe(true);
    expect([unread.add('a', 1), unread.add('b', 1)]).toEqual([false, false]);
    unread.remove('a', 500 * megabyte);
    expect(unread.add('b', 500 * megabyte)).toBe(true);
  });
});

describe('a server whose clients do not read', () => {
  const answer = Buffer.alloc(16 * megabyte, 'x');
  const stack = new AsyncDisposableStack();
  afterAll(() => stack.disposeAsync());
  let port: number;
  let impatientPort: number;

  async function serve(options?: { idleMs: number }): Promise<number> {
    const server = fastify({ forceCloseConnections: true });
    boundUnreadAnswers(server, new KnownCallers(), options);
    server.get('/large', async (_request, reply) => reply.header('etag', '"1"').send(Buffer.from(answer)));
    server.get('/small', async () => 'small');
    await server.listen({ host: '127.0.0.1', port: 0 });
    stack.defer(() => server.close());
    return (server.server.address() as AddressInfo).port;
  }

  beforeAll(async () => {
    port = await serve();
    impatientPort = await serve({ idleMs: 300 });
  });

  async function ask(path: string, of = port): Promise<Socket> {
    const socket = stack.adopt(connect(of, '127.0.0.1'), (open) => {
      open.destroy();
    });
    await once(socket, 'connect');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    return socket;
  }

  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);

  it('refuses them more, answers what is small, and goes on when they have read or left', async () => {
    // Of one, a part is in the buffers of the operating system; the others are what the server has to keep.
    const lazy = [await ask('/large'), await ask('/large')];
    await sleep(100);
    const refused = await get('/large');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('etag')).toBeNull();
    expect(await refused.json()).toMatchObject({ status: 429, reason: 'OVERLOADED' });
    expect(await (await get('/small')).text()).toBe('small');

    lazy[0]?.destroy();
    await expect.poll(async () => (await get('/large')).status).toBe(200);
    lazy[1]?.resume();
    await expect
      .poll(async () => (await Promise.all([get('/large'), get('/large')])).map(({ status }) => status))
      .toEqual([200, 200]);
  });

  it('closes the connection of one who takes nothing, and not of one who is slow', async () => {
    const [lazy, slow] = [await ask('/large', impatientPort), await ask('/large', impatientPort)];
    let read = 0;
    slow.on('data', (part: Buffer) => {
      read += part.length;
      slow.pause();
      setTimeout(() => slow.resume(), 5);
    });
    await expect.poll(() => read, { timeout: 20_000 }).toBeGreaterThan(answer.length);
    lazy.resume();
    await once(lazy, 'close');
    expect(lazy.bytesRead).toBeLessThan(answer.length);
  });
});
