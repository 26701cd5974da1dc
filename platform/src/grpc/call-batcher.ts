import type { BatchCallRequest, BatchCallResponse, BatchedResult } from '@contract-reviewer/proto/common/v1/batch';
import { type Client, type ClientReadableStream, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { StatusError } from '../errors.ts';
import { maxBatchedCalls, maxBatchedRequestBytes } from './batch-limits.ts';
import { batchService } from './batch-response.ts';
import type { Method } from './methods.ts';
import { decodeStatus, fromServiceError } from './status-details.ts';

/** A unary call that may go out with others. */
export interface CollectedCall {
  method: Method;
  request: unknown;
  onBehalfOf: string | undefined;
  clientAddress: string | undefined;
  requestId: string | undefined;
  /** The span that the call is made in. */
  traceparent: string | undefined;
  /** Milliseconds since the epoch. */
  deadline: number;
  signal: AbortSignal | undefined;
  onCache: ((outcome: string) => void) | undefined;
  /** Makes the call by itself. */
  alone: () => Promise<unknown>;
}

interface OpenCall extends CollectedCall {
  bytes: Buffer;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

const { batchCall } = batchService;
/** A deadline that is that much before the batch's is passed on as one of its own. */
const deadlineToleranceMs = 100;

/**
 * Collects the calls that are made within one turn of the event loop, and sends them as one. A call costs its two
 * processes some 200 us, most of it for its being a call; so the busier a process is, the less each of its calls costs.
 *
 * Each call fails, is cancelled and runs out of time by itself. All of a batch fail if it does not arrive.
 */
export class CallBatcher {
  readonly #client: Client;
  readonly #authorization: string | undefined;
  #collected: OpenCall[] = [];
  #collectedBytes = 0;

  /** @param authorization with which all calls are made */
  constructor(client: Client, authorization: string | undefined) {
    this.#client = client;
    this.#authorization = authorization;
  }

  /** @throws {StatusError} */
  call(collected: CollectedCall): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const bytes = collected.method.requestSerialize(collected.request);
    if (this.#isFullWith(bytes)) this.#send();
    if (this.#collected.length === 0) setImmediate(() => this.#send());
    this.#collected.push({ ...collected, bytes, resolve, reject });
    this.#collectedBytes += bytes.length;
    return promise;
  }

  #isFullWith(bytes: Buffer): boolean {
    return (
      this.#collected.length >= maxBatchedCalls ||
      (this.#collected.length > 0 && this.#collectedBytes + bytes.length > maxBatchedRequestBytes)
    );
  }

  #send(): void {
    const calls = this.#collected;
    if (calls.length === 0) return;
    this.#collected = [];
    this.#collectedBytes = 0;
    new SentBatch(this.#client, this.#authorization, calls).start();
  }
}

class SentBatch {
  readonly #stream: ClientReadableStream<BatchCallResponse>;
  readonly #open: (OpenCall | undefined)[];
  #openCount: number;

  constructor(client: Client, authorization: string | undefined, calls: readonly OpenCall[]) {
    this.#open = [...calls];
    this.#openCount = calls.length;
    const metadata = new Metadata();
    if (authorization) metadata.set('authorization', authorization);
    const deadline = Math.max(...calls.map((call) => call.deadline));
    this.#stream = client.makeServerStreamRequest(
      batchCall.path,
      batchCall.requestSerialize,
      batchCall.responseDeserialize,
      requestOf(calls, deadline),
      metadata,
      { deadline },
    );
  }

  start(): void {
    for (const [index, { signal }] of this.#open.entries() as ArrayIterator<[number, OpenCall]>) {
      if (signal) this.#watch(index, signal);
    }
    this.#stream.on('data', ({ results }: BatchCallResponse) => {
      for (const result of results) this.#settle(result);
    });
    this.#stream.on('end', () => {
      if (this.#openCount > 0) this.#fail(unanswered());
    });
    this.#stream.on('error', (error: ServiceError) => {
      // A server of the release before knows no batches.
      if (error.code === status.UNIMPLEMENTED) this.#sendAlone();
      else this.#fail(fromServiceError(error));
    });
  }

  #watch(index: number, signal: AbortSignal): void {
    const call = this.#open[index] as OpenCall;
    const abort = () => {
      this.#take(index)?.reject(signal.reason instanceof StatusError ? signal.reason : cancelled());
      if (this.#openCount === 0) this.#stream.cancel();
    };
    signal.addEventListener('abort', abort);
    const { resolve, reject } = call;
    call.resolve = (value) => {
      signal.removeEventListener('abort', abort);
      resolve(value);
    };
    call.reject = (error) => {
      signal.removeEventListener('abort', abort);
      reject(error);
    };
    if (signal.aborted) abort();
  }

  /** The call, unless it is settled already; from now on it is. */
  #take(index: number): OpenCall | undefined {
    const call = this.#open[index];
    if (!call) return undefined;
    this.#open[index] = undefined;
    this.#openCount -= 1;
    return call;
  }

  #settle({ call: index, outcome, cache }: BatchedResult): void {
    const call = this.#take(index);
    if (!call) return;
    try {
      switch (outcome?.$case) {
        case 'response':
          if (cache !== '') call.onCache?.(cache);
          call.resolve(call.method.responseDeserialize(outcome.value));
          break;
        case 'status':
          call.reject(decodeStatus(outcome.value));
          break;
        case 'deferred':
          call.resolve(call.alone());
          break;
        default:
          call.reject(unanswered());
      }
    } catch (error) {
      call.reject(error);
    }
  }

  #fail(error: unknown): void {
    for (const index of this.#open.keys()) this.#take(index)?.reject(error);
  }

  #sendAlone(): void {
    for (const index of this.#open.keys()) {
      const call = this.#take(index);
      call?.resolve(call.alone());
    }
  }
}

function requestOf(calls: readonly OpenCall[], deadline: number): BatchCallRequest {
  const methods: string[] = [];
  const assertions: string[] = [];
  const now = Date.now();
  return {
    methods,
    assertions,
    calls: calls.map((call) => ({
      method: placeIn(methods, call.method.path),
      request: call.bytes,
      assertion: call.onBehalfOf === undefined ? undefined : placeIn(assertions, call.onBehalfOf),
      requestId: call.requestId ?? '',
      traceparent: call.traceparent,
      clientAddress: call.clientAddress ?? '',
      timeoutMs: call.deadline < deadline - deadlineToleranceMs ? Math.max(0, call.deadline - now) : undefined,
    })),
  };
}

/** Where the text stands in the list, to which it is added if need be. */
function placeIn(list: string[], text: string): number {
  const index = list.indexOf(text);
  return index >= 0 ? index : list.push(text) - 1;
}

function cancelled(): StatusError {
  return new StatusError('CANCELLED', 'The call was cancelled.', { reason: 'CANCELLED' });
}

function unanswered(): StatusError {
  return new StatusError('INTERNAL', 'A service left a call unanswered.', { reason: 'INTERNAL' });
}
