import { execFileSync } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { runLoad } from '../../bench/load.ts';

type Answer = (request: IncomingMessage, body: string, response: ServerResponse) => void;

async function serve(answer: Answer): Promise<{ port: number } & AsyncDisposable> {
  const server = createServer(async (request, response) => answer(request, String(await buffer(request)), response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const hasWrk = (() => {
  try {
    execFileSync('which', ['wrk']);
    return true;
  } catch {
    return false;
  }
})();
const { signal } = new AbortController();
const once = { connections: 2, seconds: 1 };

describe.skipIf(!hasWrk)('The client of a benchmark', () => {
  it('asks for the paths in turn with their tokens, and tells hits', async () => {
    const asked = new Set<string>();
    await using server = await serve((request, _body, response) => {
      asked.add(`${request.url} ${request.headers.authorization}`);
      response.setHeader('x-cache', request.url === '/a' ? 'HIT' : 'MISS').end();
    });
    const requests = [{ path: '/a', token: 'one' }, { path: '/b' }];
    const result = await runLoad({ port: server.port, method: 'GET', requests, ...once }, signal);
    expect(asked).toEqual(new Set(['/a Bearer one', '/b undefined']));
    expect(result.failures).toBe(0);
    expect(result.hits / result.answers).toBeCloseTo(0.5, 1);
  });

  it('tells refusals from answers, and what the first of them was', async () => {
    await using server = await serve((_request, _body, response) => {
      response.writeHead(429).end('{"reason":"RATE_LIMITED"}\n');
    });
    const load = { port: server.port, method: 'GET', requests: [{ path: '/' }], ...once } as const;
    const { answers, failures, failure } = await runLoad(load, signal);
    expect(answers).toBe(0);
    expect(failures).toBeGreaterThan(0);
    expect(failure).toBe('429 {"reason":"RATE_LIMITED"} ');
  });

  it('sends no body twice, and counts and times what follows an answer with it', async () => {
    const bodies: string[] = [];
    const followed: string[] = [];
    await using server = await serve((request, body, response) => {
      if (request.url === '/upload') {
        bodies.push(body);
        response.end(JSON.stringify({ document_id: String(bodies.length) }));
      } else {
        followed.push(`${request.url} ${request.headers.authorization}`);
        setTimeout(() => response.end('{"status":"completed"}'), 50);
      }
    });
    const { answers, failures, p50Ms } = await runLoad(
      {
        port: server.port,
        method: 'POST',
        requests: [{ path: '/upload', token: 'one' }],
        body: 'No. {number}',
        following: '/review/{document_id}',
        ...once,
      },
      signal,
    );
    expect(failures).toBe(0);
    expect(new Set(bodies).size).toBe(bodies.length);
    expect(followed).toContain('/review/1 Bearer one');
    expect(answers).toBeGreaterThan(0);
    expect(followed.length - answers).toBeLessThanOrEqual(once.connections);
    expect(p50Ms).toBeGreaterThanOrEqual(50);
  });
});
