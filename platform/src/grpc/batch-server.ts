import type {
  BatchCallRequest,
  BatchCallResponse,
  BatchedCall,
  BatchedResult,
} from '@contract-reviewer/proto/common/v1/batch';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Work } from '../admission/work.ts';
import type { Authenticator, Identity } from '../auth/principal.ts';
import { invalidArgument, StatusError } from '../errors.ts';
import { requestIdFrom } from '../request-context.ts';
import { failWith } from './answer-stream.ts';
import {
  maxAssertionLength,
  maxBatchedCalls,
  maxBatchedMethods,
  maxMethodLength,
  maxUnreadResponseBytes,
} from './batch-limits.ts';
import { clientAddressOf } from './client-address.ts';
import type { CallContext } from './handler.ts';
import { deadlineOf, streamDeadlineMs, valueIn } from './incoming.ts';
import { onBehalfOfKey } from './metadata-keys.ts';
import type { Method } from './methods.ts';
import { cancelled, deadlineExceeded, type Served, type ServedCalls } from './served-calls.ts';
import { encodeStatus, toServiceError } from './status-details.ts';

/** A method that may be called in a batch. */
export interface BatchedMethod {
  method: Method;
  handler: (request: unknown, context: CallContext) => Promise<unknown>;
  /** What it is to those who let calls in. */
  work: Work;
  /** Whether it may be called again. */
  isRead: boolean;
}

export interface BatchServerOptions {
  calls: ServedCalls;
  authenticator: Authenticator;
  /** By their paths. */
  methods: ReadonlyMap<string, BatchedMethod>;
  /** For calls that come without a timeout. */
  defaultDeadlineMs: number;
  /** Aborted when the server shuts down. */
  draining: AbortSignal;
}

type BatchStream = ServerDuplexStream<BatchCallRequest, BatchCallResponse>;

/** Calls of one stream that run at the same time; more are not read until some are answered. */
const maxOpenCalls = 1024;
/** Calls that are begun in one turn of the event loop, so that their answers go out while others are worked on. */
const callsPerTurn = 16;
/** A stream on which nothing was asked for that long is ended. */
const idleMs = 60_000;

/**
 * Serves calls that come in batches: each as if it had come alone, with the credentials of the stream or those of a user for
 * whom its caller calls. What is ready at the same time goes out as one message.
 */
export function batchHandlers(options: BatchServerOptions): { batchCall: (stream: BatchStream) => void } {
  return { batchCall: (stream) => new BatchServing(options, stream).start() };
}

/** What is wrong with a message as a whole. */
function faultIn({ methods, assertions, calls, cancelled }: BatchCallRequest): StatusError | undefined {
  if ((calls.length === 0 && cancelled.length === 0) || calls.length > maxBatchedCalls) {
    return invalidArgument([{ field: 'calls', description: `must be 1 to ${maxBatchedCalls}` }]);
  }
  if (methods.length > maxBatchedMethods || methods.some((path) => path.length > maxMethodLength)) {
    const description = `must be ${maxBatchedMethods} at most, of ${maxMethodLength} characters at most`;
    return invalidArgument([{ field: 'methods', description }]);
  }
  if (assertions.length > calls.length || assertions.some((assertion) => assertion.length > maxAssertionLength)) {
    const description = `must be no more than calls, of ${maxAssertionLength} characters at most`;
    return invalidArgument([{ field: 'assertions', description }]);
  }
  for (const { method, assertion } of calls) {
    if (method >= methods.length) return invalidArgument([{ field: 'method', description: 'must be one of methods' }]);
    if (assertion !== undefined && assertion >= assertions.length) {
      return invalidArgument([{ field: 'assertion', description: 'must be one of assertions' }]);
    }
  }
  return undefined;
}

/** A stream of calls, and what was found out about who makes them. */
class BatchServing {
  readonly #options: BatchServerOptions;
  readonly #stream: BatchStream;
  readonly #authorization: string | undefined;
  readonly #ownAssertion: string | undefined;
  readonly #service: string | undefined;
  readonly #deadline: number;
  readonly #idle: NodeJS.Timeout;
  /** By what they are called. */
  readonly #running = new Map<number, AbortController>();
  #ready: BatchedResult[] = [];
  #readyBytes = 0;
  /** Of the answers that the caller has not begun to read, those that are ready included. */
  #unreadBytes = 0;
  #isFlushScheduled = false;
  #isEnding = false;

  constructor(options: BatchServerOptions, stream: BatchStream) {
    this.#options = options;
    this.#stream = stream;
    this.#authorization = valueIn(stream.metadata, 'authorization');
    this.#ownAssertion = valueIn(stream.metadata, onBehalfOfKey);
    this.#service = options.authenticator.serviceIn(this.#authorization);
    this.#deadline = deadlineOf(stream, streamDeadlineMs);
    this.#idle = setTimeout(() => this.#endUnlessBusy(), idleMs);
  }

  start(): void {
    const stream = this.#stream;
    const { draining } = this.#options;
    const end = () => this.#end();
    draining.addEventListener('abort', end);
    stream.on('data', (batch: BatchCallRequest) => this.#take(batch));
    stream.once('end', end);
    stream.once('cancelled', () => this.#abortAll(cancelled));
    for (const over of ['finish', 'close']) {
      stream.once(over, () => {
        clearTimeout(this.#idle);
        draining.removeEventListener('abort', end);
      });
    }
    if (draining.aborted) end();
  }

  #take(batch: BatchCallRequest): void {
    // Whoever made calls just now will find that the stream ends without results of them.
    if (this.#isEnding) return;
    const fault = faultIn(batch) ?? this.#clashIn(batch);
    if (fault) {
      this.#isEnding = true;
      this.#abortAll(cancelled);
      failWith(toServiceError(fault), this.#stream);
      return;
    }
    this.#idle.refresh();
    for (const number of batch.cancelled) this.#running.get(number)?.abort(cancelled());
    if (batch.calls.length > 0) this.#serve(batch);
    if (this.#running.size >= maxOpenCalls) this.#stream.pause();
  }

  #clashIn({ calls, firstCall }: BatchCallRequest): StatusError | undefined {
    const clashes = calls.some((_, index) => this.#running.has(firstCall + index));
    return clashes
      ? invalidArgument([{ field: 'first_call', description: 'must name no calls that are under way' }])
      : undefined;
  }

  #serve(batch: BatchCallRequest): void {
    const { calls, firstCall, timeoutMs = this.#options.defaultDeadlineMs } = batch;
    const deadline = Math.min(this.#deadline, Date.now() + timeoutMs);
    const controllers = calls.map(() => new AbortController());
    const timer = setTimeout(
      () => {
        for (const controller of controllers) controller.abort(deadlineExceeded());
      },
      Math.max(0, deadline - Date.now()),
    );
    for (const [index, controller] of controllers.entries()) this.#running.set(firstCall + index, controller);
    let open = calls.length;
    const identities: Identities = new Map();
    const begin = (first: number) => {
      for (const [place, controller] of controllers.slice(first, first + callsPerTurn).entries()) {
        const number = firstCall + first + place;
        void this.#resultOf(batch, first + place, { number, controller, deadline, identities }).then((result) => {
          open -= 1;
          if (open === 0) clearTimeout(timer);
          this.#finish(result);
        });
      }
      const next = first + callsPerTurn;
      if (next < controllers.length) setImmediate(() => begin(next));
    };
    begin(0);
  }

  async #resultOf(batch: BatchCallRequest, index: number, running: RunningCall): Promise<BatchedResult> {
    const { number, controller } = running;
    try {
      controller.signal.throwIfAborted();
      const call = batch.calls[index] as BatchedCall;
      const path = batch.methods[call.method] as string;
      const batched = this.#options.methods.get(path);
      if (!batched) throw notBatched();
      const onBehalfOf = call.assertion === undefined ? this.#ownAssertion : batch.assertions[call.assertion];
      const { value, cache } = await this.#call(path, batched, call, { ...running, onBehalfOf });
      if (batched.isRead && this.#unreadBytes + value.length > maxUnreadResponseBytes) {
        return { call: number, outcome: { $case: 'deferred', value: true }, cache: '' };
      }
      this.#readyBytes += value.length;
      this.#unreadBytes += value.length;
      return { call: number, outcome: { $case: 'response', value }, cache: cache ?? '' };
    } catch (error) {
      return { call: number, outcome: { $case: 'status', value: encodeStatus(error as StatusError) }, cache: '' };
    }
  }

  async #call(
    path: string,
    { method, handler, work }: BatchedMethod,
    call: BatchedCall,
    { controller, identities, onBehalfOf, ...running }: RunningCall & { onBehalfOf: string | undefined },
  ): Promise<Served<Buffer>> {
    const request = decoded(method, call.request) as object;
    const { timeoutMs } = call;
    const deadline = Math.min(running.deadline, Date.now() + (timeoutMs ?? Infinity));
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => controller.abort(deadlineExceeded()), Math.max(0, deadline - Date.now()));
    try {
      return await this.#options.calls.serve(
        {
          method: path,
          request,
          requestId: requestIdFrom(call.requestId),
          traceparent: call.traceparent,
          metadata: this.#stream.metadata,
          clientAddress: clientAddressOf(this.#stream.getPeer(), call.clientAddress, this.#service),
          service: this.#service,
          work,
          deadline,
          signal: controller.signal,
          end: (reason) => controller.abort(reason),
          isStream: false,
          authenticate: () => this.#authenticate(onBehalfOf, identities),
        },
        async (context) => method.responseSerialize(await handler(request, context)),
      );
    } finally {
      clearTimeout(timer);
    }
  }

  #authenticate(onBehalfOf: string | undefined, identities: Identities): Promise<Identity> {
    let identity = identities.get(onBehalfOf);
    if (!identity) {
      identity = this.#options.authenticator.authenticate({ authorization: this.#authorization, onBehalfOf });
      identities.set(onBehalfOf, identity);
    }
    return identity;
  }

  #finish(result: BatchedResult): void {
    this.#running.delete(result.call);
    if (this.#running.size === maxOpenCalls - 1) this.#stream.resume();
    this.#ready.push(result);
    if (this.#running.size === 0) {
      this.#flush();
      if (this.#isEnding) this.#endStream();
    } else if (!this.#isFlushScheduled) {
      this.#isFlushScheduled = true;
      setImmediate(() => this.#flush());
    }
  }

  #flush(): void {
    this.#isFlushScheduled = false;
    const results = this.#ready;
    const bytes = this.#readyBytes;
    if (results.length === 0) return;
    this.#ready = [];
    this.#readyBytes = 0;
    if (!this.#isWritable) return;
    this.#stream.write({ results }, () => {
      this.#unreadBytes -= bytes;
    });
  }

  get #isWritable(): boolean {
    return !this.#stream.cancelled && !this.#stream.writableEnded;
  }

  /** Takes no more calls; the stream is over when those are answered that it has taken. */
  #end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (this.#running.size === 0) this.#endStream();
  }

  #endStream(): void {
    if (this.#isWritable) this.#stream.end();
  }

  #endUnlessBusy(): void {
    if (this.#running.size > 0) this.#idle.refresh();
    else this.#end();
  }

  #abortAll(reason: () => StatusError): void {
    for (const controller of this.#running.values()) controller.abort(reason());
  }
}

/** What the same caller was found to be, for all of their calls in one message. */
type Identities = Map<string | undefined, Promise<Identity>>;

interface RunningCall {
  /** What the call is called on its stream. */
  number: number;
  controller: AbortController;
  deadline: number;
  identities: Identities;
}

function decoded(method: Method, bytes: Buffer): unknown {
  try {
    return method.requestDeserialize(bytes);
  } catch (error) {
    throw new StatusError('INVALID_ARGUMENT', 'The message of the call cannot be read.', {
      reason: 'MALFORMED_CALL',
      cause: error,
    });
  }
}

function notBatched(): StatusError {
  return new StatusError('UNIMPLEMENTED', 'This method cannot be called in a batch here.', { reason: 'NOT_BATCHED' });
}
