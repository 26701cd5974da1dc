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
import { type Authenticator, anonymous, type Principal } from '../auth/principal.ts';
import { StatusError, unavailable } from '../errors.ts';
import type { Logger } from '../log.ts';
import { isConnectionError, isStatementTimeout } from '../pg/errors.ts';
import { type RequestContext, requestIdFrom, runInRequest } from '../request-context.ts';
import { sleep } from '../sleep.ts';
import { failWith, pump } from './answer-stream.ts';
import { clientAddressKey, clientAddressOf } from './client-address.ts';
import type { CallContext, Handlers } from './handler.ts';
import { type HealthState, healthHandlers, healthMethods } from './health.ts';
import { refuseMalformedCalls } from './malformed-calls.ts';
import { type ServiceMethods, serviceName } from './methods.ts';
import { Rechecks } from './rechecks.ts';
import { addReflection } from './reflection.ts';
import { maxConnectionAgeMs, serverLimits } from './server-limits.ts';
import { toServiceError } from './status-details.ts';

/** Trailer that tells whether a read was served from the cache: `HIT` or `MISS`; absent when it read nothing. */
export const cacheTrailer = 'x-cache';
/** Metadata with the assertion of the user for whom a service calls. */
export const onBehalfOfKey = 'on-behalf-of';
/** Metadata that names a request, and trailer that tells the name that it was given. */
export const requestIdKey = 'x-request-id';

/** A call that ended with an error, after its caller was known. */
export interface Refusal {
  principal: Principal;
  /** `/package.Service/Method`. */
  method: string;
  status: StatusError;
  /** The message that was sent; undefined for a stream of them. */
  request: object | undefined;
}

export interface GrpcServerOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  logger: Logger;
  /** Finds out whose call it is, or throws UNAUTHENTICATED. */
  authenticator: Authenticator;
  /** A service's own errors in the caller's terms; undefined for what it does not know. */
  translateError: (error: unknown) => StatusError | undefined;
  health: HealthState;
  /** Awaited before a caller is told of an error; if it rejects, the caller is told of that instead. */
  onRefusal?: (refusal: Refusal) => Promise<void>;
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
}

const defaultDeadline = 30_000;
/** A stream lives as long as its client wants, within a day. */
const streamDeadline = 24 * 60 * 60 * 1000;

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

  constructor(options: GrpcServerOptions) {
    this.#options = options;
    this.#server = new Server({
      ...serverLimits,
      'grpc.max_connection_age_ms': options.maxConnectionAgeMs ?? maxConnectionAgeMs,
      interceptors: [refuseMalformedCalls],
    });
  }

  register<S extends ServiceMethods>(methods: S, handlers: Handlers<S>, options: RegisterOptions<S> = {}): void {
    const open = new Set<string>(options.anonymous);
    this.#services.push(serviceName(methods));
    this.#server.addService(
      methods,
      this.#implement(methods, handlers, (name) => open.has(name)),
    );
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
      this.#implement(healthMethods, healthHandlers(health, this.#services, this.#draining.signal), () => true),
    );
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

  #implement<S extends ServiceMethods>(methods: S, handlers: Handlers<S>, isOpen: (name: string) => boolean) {
    const implementation: Record<string, UntypedHandleCall> = {};
    for (const [name, method] of Object.entries(methods)) {
      // `Handlers` has checked each handler against its method.
      const handler = handlers[name] as unknown as AnyHandler;
      const serve = <T>(
        call: ServerCall & { request?: unknown },
        kind: CallKind,
        run: (context: CallContext) => Promise<T>,
      ) => this.#serve(method.path, call, isOpen(name), kind, run);

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
    path: string,
    call: ServerCall & { request?: unknown },
    isOpen: boolean,
    kind: CallKind,
    run: (context: CallContext) => Promise<T>,
  ): Promise<{ value: T; trailers: Metadata }> {
    const { authenticator, logger, defaultDeadlineMs = defaultDeadline } = this.#options;
    const startedAt = performance.now();
    const deadline = deadlineOf(call, kind === 'unary' ? defaultDeadlineMs : streamDeadline);
    const caller = new AbortController();
    const timer = setTimeout(() => caller.abort(deadlineExceeded()), Math.max(0, deadline - Date.now()));
    call.once('cancelled', () =>
      caller.abort(new StatusError('CANCELLED', 'The call was cancelled.', { reason: 'CANCELLED' })),
    );
    const mayGoOnForever = kind === 'response stream';
    const signal = mayGoOnForever ? AbortSignal.any([caller.signal, this.#draining.signal]) : caller.signal;
    const request: RequestContext = {
      requestId: requestIdFrom(call.metadata.get(requestIdKey)[0]?.toString()),
      signal,
      deadline,
      cacheHits: 0,
      cacheMisses: 0,
    };
    const trailers = new Metadata();
    trailers.set(requestIdKey, request.requestId);

    return runInRequest(request, async () => {
      let code = 'OK';
      let principal: Principal | undefined;
      let rechecks: Rechecks | undefined;
      try {
        const credentials = {
          authorization: valueIn(call.metadata, 'authorization'),
          onBehalfOf: valueIn(call.metadata, onBehalfOfKey),
        };
        // Who logs in may well send the token of a session that has ended.
        const identity = isOpen ? anonymous : await authenticator.authenticate(credentials);
        principal = identity.principal;
        const ongoing = new Rechecks(identity, request, (reason) =>
          caller.abort(this.#translate(reason, caller.signal)),
        );
        rechecks = ongoing;
        if (kind !== 'unary') ongoing.start();
        const value = await run({
          principal,
          assertion: () => identity.assertion(),
          signal,
          recheck: (check) => ongoing.add(check),
          requestId: request.requestId,
          clientAddress: clientAddressOf(
            call.getPeer(),
            valueIn(call.metadata, clientAddressKey),
            authenticator.serviceIn(credentials.authorization),
          ),
          metadata: call.metadata,
        });
        // The handler may not have noticed.
        if (ongoing.reason) throw ongoing.reason;
        if (request.cacheHits + request.cacheMisses > 0) {
          trailers.set(cacheTrailer, request.cacheMisses === 0 ? 'HIT' : 'MISS');
        }
        return { value, trailers };
      } catch (error) {
        const status = await this.#refusalOf(
          rechecks?.reason ?? error,
          signal,
          principal,
          path,
          call.request as object | undefined,
        );
        code = status.code;
        if (status.code === 'INTERNAL') logger.error({ err: error, method: path }, 'call failed');
        if (status.code === 'UNAVAILABLE') logger.warn({ err: error, method: path }, 'call failed');
        throw toServiceError(status, trailers);
      } finally {
        clearTimeout(timer);
        rechecks?.[Symbol.dispose]();
        logger.debug({ method: path, code, duration_ms: performance.now() - startedAt }, 'call');
      }
    });
  }

  async #refusalOf(
    error: unknown,
    signal: AbortSignal,
    principal: Principal | undefined,
    method: string,
    request: object | undefined,
  ): Promise<StatusError> {
    const status = this.#translate(error, signal);
    if (!principal) return status;
    try {
      await this.#options.onRefusal?.({ principal, method, status, request });
      return status;
    } catch (recordingError) {
      return this.#translate(recordingError, signal);
    }
  }

  #translate(error: unknown, signal: AbortSignal): StatusError {
    if (error instanceof StatusError) return error;
    const translated = this.#options.translateError(error);
    if (translated) return translated;
    if (signal.aborted && signal.reason instanceof StatusError) return signal.reason;
    if (isConnectionError(error)) return unavailable('The database does not answer. Try again shortly.', error);
    if (isStatementTimeout(error)) return deadlineExceeded();
    return new StatusError('INTERNAL', 'Something went wrong on our side. Quote the request id when you report it.', {
      reason: 'INTERNAL',
      cause: error,
    });
  }
}

/** Several values are one that means nothing, so that nobody has to agree on which of them counts. */
function valueIn(metadata: Metadata, key: string): string | undefined {
  const values = metadata.get(key);
  return values.length === 0 ? undefined : values.join(',');
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

function deadlineExceeded(): StatusError {
  return new StatusError('DEADLINE_EXCEEDED', 'The call took longer than its deadline allows.', {
    reason: 'DEADLINE_EXCEEDED',
  });
}

function deadlineOf(call: ServerCall, fallbackMs: number): number {
  const deadline = Number(call.getDeadline());
  // Timers cannot be set to weeks, and no call needs them.
  return Number.isFinite(deadline) ? Math.min(deadline, Date.now() + streamDeadline) : Date.now() + fallbackMs;
}
