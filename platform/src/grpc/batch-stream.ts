import type { BatchCallRequest, BatchCallResponse, BatchedResult } from '@contract-reviewer/proto/common/v1/batch';
import { type Client, type ClientDuplexStream, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { outOfTime, StatusError } from '../errors.ts';
import { batchService } from './batch-response.ts';
import type { LargeAnswers } from './large-answers.ts';
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
  /** Whether it may be made again when nobody knows what became of it. */
  isRead: boolean;
  /** Makes the call by itself. */
  alone: () => Promise<unknown>;
}

/** A call whose caller waits. */
export interface OpenCall extends CollectedCall {
  bytes: Buffer;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

const { batchCall } = batchService;
/** How long a stream takes calls: so often the next server has its turn, and so soon one that drains has rest. */
const callsForMs = 1000;
/** Far longer than any call may take. */
const longestMs = 10 * 60_000;
/** A deadline that is that much before the others' is passed on as one of its own. */
const deadlineToleranceMs = 100;
/** A server that has not said by then that a call is out of time does not answer. */
const graceMs = 100;

/**
 * A stream that calls are made on, to one server. Each call fails, is cancelled and runs out of time by itself; reads that
 * are lost with the stream are made again, alone.
 */
export class BatchStream {
  readonly #stream: ClientDuplexStream<BatchCallRequest, BatchCallResponse>;
  readonly #largeAnswers: LargeAnswers;
  /** By what they are called on the stream. */
  readonly #open = new Map<number, OpenCall>();
  #count = 0;
  #cancelled: number[] = [];
  #takesCalls = true;

  /**
   * @param authorization with which all calls are made
   * @param largeAnswers by which calls are made that the server wants to answer alone
   */
  constructor(client: Client, authorization: string | undefined, largeAnswers: LargeAnswers) {
    this.#largeAnswers = largeAnswers;
    const metadata = new Metadata();
    if (authorization) metadata.set('authorization', authorization);
    this.#stream = client.makeBidiStreamRequest(
      batchCall.path,
      batchCall.requestSerialize,
      batchCall.responseDeserialize,
      metadata,
      { deadline: Date.now() + longestMs },
    );
    this.#stream.on('data', ({ results }: BatchCallResponse) => {
      for (const result of results) this.#settle(result);
      this.#endWhenDone();
    });
    // After an error, nothing is open any more when this comes. What the server has not answered it has not begun.
    this.#stream.on('end', () => this.#leave(({ alone, resolve }) => resolve(alone())));
    this.#stream.on('error', (error: ServiceError) => this.#fail(error));
    setTimeout(() => {
      this.#takesCalls = false;
      this.#endWhenDone();
    }, callsForMs).unref();
  }

  /** Whether calls may still be sent. */
  get takesCalls(): boolean {
    return this.#takesCalls;
  }

  /** Makes calls together. */
  send(calls: readonly OpenCall[]): void {
    const first = this.#count;
    this.#count += calls.length;
    const request = requestOf(calls, first);
    const expiry = setTimeout(() => this.#expire(first, calls.length), (request.timeoutMs ?? 0) + graceMs);
    let open = calls.length;
    const answered = () => {
      open -= 1;
      if (open === 0) clearTimeout(expiry);
    };
    for (const [index, call] of calls.entries()) this.#await(first + index, call, answered);
    this.#stream.write(request);
  }

  /** @param settled called when the call has its outcome, whatever it is */
  #await(number: number, call: OpenCall, settled: () => void): void {
    const { signal } = call;
    const abort = () => {
      const taken = this.#take(number);
      if (!taken) return;
      this.#cancel(number);
      taken.reject(signal?.reason instanceof StatusError ? signal.reason : cancelled());
      this.#endWhenDone();
    };
    const over = () => {
      signal?.removeEventListener('abort', abort);
      settled();
    };
    this.#open.set(number, {
      ...call,
      resolve: (value) => {
        over();
        call.resolve(value);
      },
      reject: (error) => {
        over();
        call.reject(error);
      },
    });
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
  }

  /** The call, unless it is settled already; from now on it is. */
  #take(number: number): OpenCall | undefined {
    const call = this.#open.get(number);
    this.#open.delete(number);
    return call;
  }

  #settle({ call: number, outcome, cache }: BatchedResult): void {
    const call = this.#take(number);
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
          call.resolve(this.#largeAnswers.call(call.alone, call.deadline, call.signal));
          break;
        default:
          call.reject(unanswered());
      }
    } catch (error) {
      call.reject(error);
    }
  }

  #fail(error: ServiceError): void {
    // The connection broke; or it is a server of the release before, which knows no batches.
    const { UNAVAILABLE, UNIMPLEMENTED } = status;
    this.#leave(({ alone, isRead, resolve, reject }) => {
      const mayBeRepeated = error.code === UNIMPLEMENTED || (error.code === UNAVAILABLE && isRead);
      if (mayBeRepeated) resolve(alone());
      else reject(fromServiceError(error));
    });
  }

  /** The stream is over. */
  #leave(settle: (call: OpenCall) => void): void {
    this.#takesCalls = false;
    for (const number of this.#open.keys()) {
      const call = this.#take(number);
      if (call) settle(call);
    }
  }

  #expire(first: number, count: number): void {
    for (let number = first; number < first + count; number += 1) this.#take(number)?.reject(outOfTime());
    this.#endWhenDone();
  }

  /** Tells the server of those who have left, all of one turn together. */
  #cancel(number: number): void {
    if (this.#cancelled.length === 0) {
      setImmediate(() => {
        const { writableEnded, destroyed } = this.#stream;
        const none = { methods: [], assertions: [], calls: [], firstCall: 0, timeoutMs: undefined };
        if (!writableEnded && !destroyed) this.#stream.write({ ...none, cancelled: this.#cancelled });
        this.#cancelled = [];
        this.#endWhenDone();
      });
    }
    this.#cancelled.push(number);
  }

  #endWhenDone(): void {
    if (this.#takesCalls || this.#open.size > 0 || this.#cancelled.length > 0) return;
    if (!this.#stream.writableEnded) this.#stream.end();
  }
}

function requestOf(calls: readonly OpenCall[], firstCall: number): BatchCallRequest {
  const methods: string[] = [];
  const assertions: string[] = [];
  const now = Date.now();
  const timeLeft = (deadline: number) => Math.max(0, Math.ceil(deadline - now));
  const latest = Math.max(...calls.map(({ deadline }) => deadline));
  return {
    methods,
    assertions,
    firstCall,
    timeoutMs: timeLeft(Math.min(latest, now + longestMs)),
    cancelled: [],
    calls: calls.map((call) => ({
      method: placeIn(methods, call.method.path),
      request: call.bytes,
      assertion: call.onBehalfOf === undefined ? undefined : placeIn(assertions, call.onBehalfOf),
      requestId: call.requestId ?? '',
      traceparent: call.traceparent,
      clientAddress: call.clientAddress ?? '',
      timeoutMs: call.deadline < latest - deadlineToleranceMs ? timeLeft(call.deadline) : undefined,
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
