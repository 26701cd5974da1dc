import type {
  BatchCallRequest,
  BatchCallResponse,
  BatchedCall,
  BatchedResult,
} from '@contract-reviewer/proto/common/v1/batch';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Work } from '../admission/work.ts';
import type { Authenticator, Identity } from '../auth/principal.ts';
import { invalidArgument, StatusError } from '../errors.ts';
import { requestIdFrom } from '../request-context.ts';
import { failWith } from './answer-stream.ts';
import {
  maxAssertionLength,
  maxBatchedCalls,
  maxBatchedMethods,
  maxBatchedResponseBytes,
  maxMethodLength,
} from './batch-limits.ts';
import { clientAddressOf } from './client-address.ts';
import type { CallContext } from './handler.ts';
import { deadlineOf, valueIn } from './incoming.ts';
import { onBehalfOfKey } from './metadata-keys.ts';
import type { Method } from './methods.ts';
import { cancelled, deadlineExceeded, type ServedCalls } from './served-calls.ts';
import { encodeStatus, toServiceError } from './status-details.ts';

/** A method that may be called in a batch. */
export interface BatchedMethod {
  method: Method;
  handler: (request: unknown, context: CallContext) => Promise<unknown>;
  /** What it is to those who let calls in. */
  work: Work;
}

export interface BatchServerOptions {
  calls: ServedCalls;
  authenticator: Authenticator;
  /** By their paths. */
  methods: ReadonlyMap<string, BatchedMethod>;
  /** For batches that come without a deadline. */
  defaultDeadlineMs: number;
}

type BatchStream = ServerWritableStream<BatchCallRequest, BatchCallResponse>;

/**
 * Serves batches: each of their calls as if it had come alone, with the credentials of the batch or those of a user for
 * whom its caller calls. What is ready at the same time goes out as one message.
 */
export function batchHandlers(options: BatchServerOptions): { batchCall: (stream: BatchStream) => void } {
  return {
    batchCall: (stream) => {
      const fault = faultIn(stream.request);
      if (fault) failWith(toServiceError(fault), stream);
      else new Batch(options, stream).start();
    },
  };
}

/** What is wrong with the batch as a whole. */
function faultIn({ methods, assertions, calls }: BatchCallRequest): StatusError | undefined {
  if (calls.length === 0 || calls.length > maxBatchedCalls) {
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

class Batch {
  readonly #options: BatchServerOptions;
  readonly #stream: BatchStream;
  readonly #authorization: string | undefined;
  readonly #ownAssertion: string | undefined;
  readonly #service: string | undefined;
  readonly #deadline: number;
  readonly #timer: NodeJS.Timeout;
  /** What the same caller was found to be, for all of their calls. */
  readonly #identities = new Map<string | undefined, Promise<Identity>>();
  readonly #running = new Map<AbortController, NodeJS.Timeout | undefined>();
  #ready: BatchedResult[] = [];
  #open: number;
  #sentBytes = 0;
  #isFlushScheduled = false;

  constructor(options: BatchServerOptions, stream: BatchStream) {
    this.#options = options;
    this.#stream = stream;
    this.#authorization = valueIn(stream.metadata, 'authorization');
    this.#ownAssertion = valueIn(stream.metadata, onBehalfOfKey);
    this.#service = options.authenticator.serviceIn(this.#authorization);
    this.#open = stream.request.calls.length;
    this.#deadline = deadlineOf(stream, options.defaultDeadlineMs);
    this.#timer = setTimeout(() => this.#endAll(deadlineExceeded), Math.max(0, this.#deadline - Date.now()));
    stream.once('cancelled', () => this.#endAll(cancelled));
  }

  start(): void {
    for (const [index, call] of this.#stream.request.calls.entries()) void this.#run(index, call);
  }

  async #run(index: number, call: BatchedCall): Promise<void> {
    const result = await this.#resultOf(index, call);
    const { outcome } = result;
    if (outcome?.$case === 'response') {
      this.#sentBytes += outcome.value.length;
      if (this.#sentBytes > maxBatchedResponseBytes) result.outcome = { $case: 'deferred', value: true };
    }
    this.#ready.push(result);
    this.#open -= 1;
    if (this.#open === 0) {
      this.#flush();
      clearTimeout(this.#timer);
      this.#stream.end();
    } else if (!this.#isFlushScheduled) {
      this.#isFlushScheduled = true;
      setImmediate(() => this.#flush());
    }
  }

  async #resultOf(index: number, call: BatchedCall): Promise<BatchedResult> {
    try {
      const path = this.#stream.request.methods[call.method] as string;
      const batched = this.#options.methods.get(path);
      if (!batched) throw notBatched();
      const { response, cache } = await this.#serve(path, batched, call);
      return { call: index, outcome: { $case: 'response', value: response }, cache: cache ?? '' };
    } catch (error) {
      return { call: index, outcome: { $case: 'status', value: encodeStatus(error as StatusError) }, cache: '' };
    }
  }

  async #serve(path: string, { method, handler, work }: BatchedMethod, call: BatchedCall) {
    const request = decoded(method, call.request) as object;
    const controller = new AbortController();
    const deadline = Math.min(this.#deadline, Date.now() + (call.timeoutMs ?? Infinity));
    const timer =
      call.timeoutMs === undefined ? undefined : setTimeout(() => controller.abort(deadlineExceeded()), call.timeoutMs);
    this.#running.set(controller, timer);
    try {
      const { value, cache } = await this.#options.calls.serve(
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
          authenticate: () => this.#authenticate(call.assertion),
        },
        async (context) => method.responseSerialize(await handler(request, context)),
      );
      return { response: value, cache };
    } finally {
      clearTimeout(timer);
      this.#running.delete(controller);
    }
  }

  #authenticate(assertion: number | undefined): Promise<Identity> {
    const onBehalfOf = assertion === undefined ? this.#ownAssertion : this.#stream.request.assertions[assertion];
    let identity = this.#identities.get(onBehalfOf);
    if (!identity) {
      identity = this.#options.authenticator.authenticate({ authorization: this.#authorization, onBehalfOf });
      this.#identities.set(onBehalfOf, identity);
    }
    return identity;
  }

  #flush(): void {
    this.#isFlushScheduled = false;
    if (this.#ready.length === 0 || this.#stream.cancelled) return;
    this.#stream.write({ results: this.#ready });
    this.#ready = [];
  }

  /** Comes at the end of every stream, mostly with nothing left to end. */
  #endAll(reason: () => StatusError): void {
    for (const controller of this.#running.keys()) controller.abort(reason());
  }
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
