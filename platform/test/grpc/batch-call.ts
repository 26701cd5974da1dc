import {
  type BatchCallRequest,
  type BatchedCall,
  type BatchedResult,
  BatchServiceClient,
} from '@contract-reviewer/proto/common/v1/batch';
import { ChannelCredentials, Metadata } from '@grpc/grpc-js';
import { fromServiceError } from '../../src/grpc/status-details.ts';

/** A stream of batches that the test itself writes. */
export interface BatchCallStream extends Disposable {
  send(request: Partial<BatchCallRequest>): void;
  /** Says that there are no more. */
  end(): void;
  /** All that has come so far. */
  readonly results: readonly BatchedResult[];
  /** Resolves when the server ends the stream. @throws {StatusError} what it ends with */
  readonly ended: Promise<void>;
}

export function openBatchCall(address: string, authorization: string): BatchCallStream {
  const client = new BatchServiceClient(address, ChannelCredentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('authorization', authorization);
  const stream = client.batchCall(metadata);
  const results: BatchedResult[] = [];
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  stream.on('data', (response) => results.push(...response.results));
  stream.on('error', (error) => reject(fromServiceError(error as never)));
  stream.on('end', () => setImmediate(resolve));
  ended.catch(() => undefined);
  return {
    results,
    ended,
    send: (request) =>
      stream.write({
        methods: [],
        assertions: [],
        calls: [],
        firstCall: 0,
        timeoutMs: undefined,
        cancelled: [],
        ...request,
      }),
    end: () => stream.end(),
    [Symbol.dispose]: () => client.close(),
  };
}

/** Everything that is answered to one message. @throws {StatusError} */
export async function batchCall(
  address: string,
  authorization: string,
  request: Partial<BatchCallRequest>,
): Promise<readonly BatchedResult[]> {
  using stream = openBatchCall(address, authorization);
  stream.send(request);
  stream.end();
  await stream.ended;
  return stream.results;
}

export function batchedCall(call: Partial<BatchedCall> = {}): BatchedCall {
  const none = { assertion: undefined, timeoutMs: undefined, traceparent: undefined };
  return { method: 0, request: Buffer.alloc(0), requestId: '', clientAddress: '', ...none, ...call };
}
