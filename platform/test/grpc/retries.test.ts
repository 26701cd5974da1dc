import { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import { beforeEach, describe, expect, it } from 'vitest';
import { unavailable } from '../../src/errors.ts';
import { createClient } from '../../src/grpc/client.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';
import { asReader, type DocumentClient, type DocumentServer, startDocumentServer } from './document-server.ts';

/** Two replicas. The way to the first breaks as soon as a call has arrived there. */
let stack: AsyncDisposableStack;
let network: TcpProxy;
let client: DocumentClient;
let batching: DocumentClient;
let arrivals: { first: number; second: number };
let answer: () => { document: undefined };

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  arrivals = { first: 0, second: 0 };
  answer = () => ({ document: undefined });
  const breaking = async () => {
    arrivals.first += 1;
    network.cut();
    return new Promise<never>(() => undefined);
  };
  const answering = async () => {
    arrivals.second += 1;
    return answer();
  };
  const first = await start(breaking);
  const second = await start(answering);
  network = stack.use(await startTcpProxy(portOf(first)));
  const address = `ipv4:127.0.0.1:${network.port},${second.address}`;
  client = stack.use(createClient(DocumentServiceService, { address }));
  const authorization = asReader.authorization as string;
  batching = stack.use(createClient(DocumentServiceService, { address, authorization, batched }));
  return () => stack.disposeAsync();
});

const batched = ['getDocument', 'updateDocument'] as const;

async function start(handle: () => Promise<{ document: undefined }>): Promise<DocumentServer> {
  const handlers = { getDocument: handle, updateDocument: handle };
  return stack.use(await startDocumentServer(handlers, { drainTimeoutMs: 50 }, { batched }));
}

function portOf({ address }: DocumentServer): number {
  return Number(address.split(':')[1]);
}

/** Calls until the first replica has been called. */
async function callBoth(call: () => Promise<unknown>): Promise<PromiseSettledResult<unknown>[]> {
  const outcomes: PromiseSettledResult<unknown>[] = [];
  while (arrivals.first === 0) outcomes.push(...(await Promise.allSettled([call()])));
  return outcomes;
}

const failuresAmong = (outcomes: PromiseSettledResult<unknown>[]) =>
  outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason.code);

describe('a replica that is lost with a call under way', () => {
  it('costs no read', async () => {
    expect(failuresAmong(await callBoth(() => client.getDocument({ documentId: '1' }, asReader)))).toEqual([]);
  });

  it('costs no read in a batch', async () => {
    const read = () => batching.getDocument({ documentId: '1' });
    expect(failuresAmong(await callBoth(read))).toEqual([]);
  });

  it('fails a write that it was given, which may have taken effect', async () => {
    const update = () => client.updateDocument({ documentId: '1', expectedVersion: undefined }, asReader);
    expect(failuresAmong(await callBoth(update))).toEqual(['UNAVAILABLE']);
  });

  it('fails a write in a batch as well', async () => {
    const update = () => batching.updateDocument({ documentId: '1', expectedVersion: undefined });
    expect(failuresAmong(await callBoth(update))).toEqual(['UNAVAILABLE']);
  });
});

it('a read that the server itself refuses as UNAVAILABLE is not repeated', async () => {
  await callBoth(() => client.getDocument({ documentId: '1' }, asReader));
  arrivals.second = 0;
  answer = () => {
    throw unavailable('The database does not answer.');
  };
  await expect(client.getDocument({ documentId: '1' }, asReader)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(arrivals.second).toBe(1);
});
