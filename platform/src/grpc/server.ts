import { setImmediate } from 'node:timers/promises';
import {
  type ServerCredentials as Credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import { following, type Work, workOf } from '../admission/work.ts';
import { type Authenticator, anonymous } from '../auth/principal.ts';
import { StatusError } from '../errors.ts';
import { requestIdFrom } from '../request-context.ts';
import { sleep } from '../sleep.ts';
import { traceparentKey } from '../telemetry/trace-context.ts';
import { failWith, pump } from './answer-stream.ts';
import { batchService } from './batch-response.ts';
import { type BatchedMethod, batchHandlers } from './batch-server.ts';
import { clientAddressKey, clientAddressOf } from './client-address.ts';
import type { CallContext, Handlers } from './handler.ts';
import { type HealthState, healthHandlers, healthMethods } from './health.ts';
import { deadlineOf, streamDeadlineMs, valueIn } from './incoming.ts';
import { refuseMalformedCalls } from './malformed-calls.ts';
import { cacheTrailer, onBehalfOfKey, requestIdKey } from './metadata-keys.ts';
import { type Method, type ServiceMethods, serviceName } from './methods.ts';
import { addReflection } from './reflection.ts';
import { withRenderedResponses } from './rendered-responses.ts';
import { isRead } from './retry-policy.ts';
import { cancelled, deadlineExceeded, ServedCalls, type ServedCallsOptions } from './served-calls.ts';
import { maxConnectionAgeMs, serverLimits } from './server-limits.ts';
import { toServiceError } from './status-details.ts';

export interface GrpcServerOptions extends ServedCallsOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** Finds out whose call it is, or throws UNAUTHENTICATED. */
  authenticator: Authenticator;
  health: HealthState;
  credentials?: Credentials;
  /** For calls that come without a deadline. */
  defaultDeadlineMs?: number;
  /** How long a connection takes new calls. Default 30 minutes. */
  maxConnectionAgeMs?: number;
  /** How long running calls may take to end once the server drains. */
  drainTimeoutMs?: number;
}

interface RegisterOptions<S extends ServiceMethods> {
  /** Methods that may be called by nobody in particular. */
  anonymous?: readonly (keyof S & string)[];
  /** Methods that may be called in a batch as well: unary, short, and never by nobody in particular. */
  batched?: readonly (keyof S & string)[];
  /** What methods are to those who let calls in, where their names do not tell. */
  work?: Partial<Record<keyof S & string, Work>>;
}

const defaultDeadline = 30_000;

const breakOffMs = 20;

type CallKind = 'unary' | 'request stream' | 'response stream';

type AnyHandler = (input: unknown, context: CallContext) => Promise<unknown> & AsyncIterable<unknown>;

/** What all kinds of calls have in common. */
interface ServerCall {
  readonly metadata: Metadata;
  getDeadline(): Date | number;
  getPeer(): string;
  once(event: 'cancelled', listener: () => void): unknown;
}

/**
 * A gRPC server on which services are written as plain async functions.
 *
 * Around each call it authenticates, gives the handler a signal that ends with the caller or the deadline, translates
 * errors, logs the outcome, and tells by trailer whether the cache served it. Health and reflection come with it.
 */
export class GrpcServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #options: GrpcServerOptions;
  readonly #draining = new AbortController();
  readonly #services: string[] = [];
  readonly #calls: ServedCalls;
  readonly #batched = new Map<string, BatchedMethod>();

  constructor(options: GrpcServerOptions) {
    this.#options = options;
    this.#calls = new ServedCalls(options);
    this.#server = new Server({
      ...serverLimits,
      'grpc.max_connection_age_ms': options.maxConnectionAgeMs ?? maxConnectionAgeMs,
      interceptors: [refuseMalformedCalls],
    });
  }

  register<S extends ServiceMethods>(service: S, handlers: Handlers<S>, options: RegisterOptions<S> = {}): void {
    const methods = withRenderedResponses(service);
    const open = new Set<string>(options.anonymous);
    this.#services.push(serviceName(methods));
    const work = (name: string) => options.work?.[name] ?? defaultWork(methods[name] as Method);
    this.#server.addService(
      methods,
      this.#implement(methods, handlers, (name) => open.has(name), work),
    );
    for (const name of options.batched ?? []) {
      const method = methods[name] as Method;
      const handler = handlers[name] as BatchedMethod['handler'];
      this.#batched.set(method.path, { method, handler, work: work(name), isRead: isRead(name) });
    }
  }

  /**
   * Binds and serves.
   *
   * @returns the port it listens on
   * @throws when the address is taken or cannot be bound; the message names it
   */
  async listen(): Promise<number> {
    const { host, port, credentials = ServerCredentials.createInsecure(), health } = this.#options;
    this.#server.addService(
      healthMethods,
      this.#implement(
        healthMethods,
        healthHandlers(health, this.#services, this.#draining.signal),
        () => true,
        () => undefined,
      ),
    );
    if (this.#batched.size > 0) this.#addBatches();
    addReflection(this.#server, [...this.#services, serviceName(healthMethods)]);
    const bound = Promise.withResolvers<number>();
    this.#server.bindAsync(`${host}:${port}`, credentials, (error, actualPort) =>
      error ? bound.reject(new Error(`Cannot listen on ${host}:${port}: ${error.message}`)) : bound.resolve(actualPort),
    );
    return await bound.promise;
  }

  /** Drains: no new calls, running ones end (streams of answers are told to), then whatever is left is cut. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { drainTimeoutMs = 10_000 } = this.#options;
    this.#draining.abort(new StatusError('UNAVAILABLE', 'The server is shutting down.', { reason: 'SHUTTING_DOWN' }));
    const drained = Promise.withResolvers<void>();
    this.#server.tryShutdown(() => drained.resolve());
    const timeout = setTimeout(() => {
      this.#server.forceShutdown();
      drained.resolve();
    }, drainTimeoutMs);
    await drained.promise;
    clearTimeout(timeout);
  }

  #addBatches(): void {
    const { authenticator, defaultDeadlineMs = defaultDeadline } = this.#options;
    this.#services.push(serviceName(batchService));
    this.#server.addService(
      batchService,
      batchHandlers({
        calls: this.#calls,
        authenticator,
        methods: this.#batched,
        defaultDeadlineMs,
        draining: this.#draining.signal,
      }),
    );
  }

  #implement<S extends ServiceMethods>(
    methods: S,
    handlers: Handlers<S>,
    isOpen: (name: string) => boolean,
    workOfMethod: (name: string) => Work | undefined,
  ) {
    const implementation: Record<string, UntypedHandleCall> = {};
    for (const [name, method] of Object.entries(methods)) {
      // `Handlers` has checked each handler against its method.
      const handler = handlers[name] as unknown as AnyHandler;
      const traits = { path: method.path, isOpen: isOpen(name), work: workOfMethod(name) };
      const serve = <T>(
        call: ServerCall & { request?: unknown },
        kind: CallKind,
        run: (context: CallContext) => Promise<T>,
      ) => this.#serve(traits, call, kind, run);

      if (method.requestStream) {
        implementation[name] = (call: ServerReadableStream<unknown, unknown>, callback: sendUnaryData<unknown>) =>
          void serve(call, 'request stream', (context) => handler(requestsOf(call, context.signal), context)).then(
            ({ value, trailers }) => callback(null, value, trailers),
            callback,
          );
      } else if (method.responseStream) {
        implementation[name] = (call: ServerWritableStream<unknown, unknown>) =>
          void serve(call, 'response stream', (context) =>
            pump(handler(call.request, context), call, context.signal),
          ).then(
            ({ trailers }) => call.end(trailers),
            (error: unknown) => failWith(error, call),
          );
      } else {
        implementation[name] = (call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) =>
          void serve(call, 'unary', (context) => handler(call.request, context)).then(
            ({ value, trailers }) => callback(null, value, trailers),
            callback,
          );
      }
    }
    return implementation;
  }

  async #serve<T>(
    { path, isOpen, work }: { path: string; isOpen: boolean; work: Work | undefined },
    call: ServerCall & { request?: unknown },
    kind: CallKind,
    run: (context: CallContext) => Promise<T>,
  ): Promise<{ value: T; trailers: Metadata }> {
    const { authenticator, defaultDeadlineMs = defaultDeadline } = this.#options;
    const { metadata } = call;
    const deadline = deadlineOf(call, kind === 'unary' ? defaultDeadlineMs : streamDeadlineMs);
    const caller = new AbortController();
    const timer = setTimeout(() => caller.abort(deadlineExceeded()), Math.max(0, deadline - Date.now()));
    call.once('cancelled', () => caller.abort(cancelled()));
    const mayGoOnForever = kind === 'response stream';
    const authorization = valueIn(metadata, 'authorization');
    const service = authenticator.serviceIn(authorization);
    const requestId = requestIdFrom(metadata.get(requestIdKey)[0]?.toString());
    const trailers = new Metadata();
    trailers.set(requestIdKey, requestId);
    try {
      const { value, cache } = await this.#calls.serve(
        {
          method: path,
          request: call.request as object | undefined,
          requestId,
          traceparent: valueIn(metadata, traceparentKey),
          metadata,
          clientAddress: clientAddressOf(call.getPeer(), valueIn(metadata, clientAddressKey), service),
          service,
          work,
          deadline,
          signal: mayGoOnForever ? AbortSignal.any([caller.signal, this.#draining.signal]) : caller.signal,
          end: (reason) => caller.abort(reason),
          isStream: kind !== 'unary',
          // Who logs in may well send the token of a session that has ended.
          authenticate: async () =>
            isOpen
              ? anonymous
              : authenticator.authenticate({ authorization, onBehalfOf: valueIn(metadata, onBehalfOfKey) }),
        },
        run,
      );
      if (cache !== undefined) trailers.set(cacheTrailer, cache);
      return { value, trailers };
    } catch (error) {
      throw toServiceError(error as StatusError, trailers);
    } finally {
      clearTimeout(timer);
    }
  }
}

function defaultWork({ path, responseStream }: Method): Work {
  return responseStream ? following : workOf(path);
}

/**
 * What the caller sends. Clients on Node say that they have finished, and only then that they have broken off; so the end
 * is believed when no cancellation follows it at once. Half a file would pass for a whole one otherwise.
 */
async function* requestsOf<T>(call: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  yield* call;
  await sleep(breakOffMs, signal);
  // A busy process comes to its timers late; a cancellation that has arrived by then is read before the end is believed.
  await setImmediate();
  signal.throwIfAborted();
}
