import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { GatewayClient, type Progress } from '../../review/gateway-client.ts';

/** A gateway that plays a watch of our choosing, one answer per connection. */

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

async function clientOf(...watches: ((response: ServerResponse, lastEventId: string) => void)[]) {
  const answer: RequestListener = (request, response) => {
    if (request.method === 'POST') return void response.end(JSON.stringify({ analysis_id: 'a', token: 't' }));
    if (!request.url?.endsWith('/events')) return void response.end(JSON.stringify({ status: 'completed' }));
    const watch = watches.length > 1 ? watches.shift() : watches[0];
    watch?.(response, String(request.headers['last-event-id']));
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return GatewayClient.open(new URL(`http://127.0.0.1:${port}`), { token: 't' });
}

function event(id: number, name: string, data: object): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

const asked = { position: 'neutral', engine: 'builtin', allowFallback: false, force: false };

function review(client: GatewayClient, timeoutMs = 5000) {
  const steps: string[] = [];
  const onProgress = ({ stage }: Progress) => steps.push(stage);
  return { steps, analysis: client.review('d', { ...asked, timeoutMs, onProgress }) };
}

test('a watch that breaks off goes on after the last event that was seen', async () => {
  const askedFor: string[] = [];
  const client = await clientOf(
    (response, lastEventId) => {
      askedFor.push(lastEventId);
      response.write(event(1, 'progress', { stage: 'reading', fraction: 0 }), () => response.destroy());
    },
    (response, lastEventId) => {
      askedFor.push(lastEventId);
      response.end(event(2, 'end', { stage: 'ended', fraction: 1 }));
    },
  );
  const { steps, analysis } = review(client);
  expect(await analysis).toMatchObject({ status: 'completed' });
  expect(steps).toEqual(['reading', 'ended']);
  expect(askedFor).toEqual(['0', '1']);
});

test('a watch that has nothing left to tell ends', async () => {
  const client = await clientOf((response) => response.writeHead(204).end());
  expect(await review(client).analysis).toMatchObject({ status: 'completed' });
});

test('a problem in the middle of a watch is told as such', async () => {
  const client = await clientOf((response) =>
    response.end(`event: problem\ndata: ${JSON.stringify({ status: 404, detail: 'It was deleted.' })}\n\n`),
  );
  const { steps, analysis } = review(client);
  await expect(analysis).rejects.toMatchObject({ name: 'ProblemError', status: 404, message: 'It was deleted.' });
  expect(steps).toEqual([]);
});

test('a review that takes longer than it may is given up with a problem that says so', async () => {
  const client = await clientOf((response) => response.write(event(1, 'progress', { stage: 'reading', fraction: 0 })));
  await expect(review(client, 500).analysis).rejects.toMatchObject({ name: 'ProblemError', status: 504 });
});
