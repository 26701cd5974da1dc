import type { Metadata } from '@grpc/grpc-js';
import type { Admission } from '../admission/admission.ts';
import type { Place } from '../admission/admission-gate.ts';
import type { Work } from '../admission/work.ts';
import type { Identity, Principal } from '../auth/principal.ts';
import { StatusError, unavailable } from '../errors.ts';
import type { Logger } from '../log.ts';
import { isConnectionError, isStatementTimeout } from '../pg/errors.ts';
import { type RequestContext, runInRequest } from '../request-context.ts';
import type { ServedCall } from '../telemetry/rpc-metrics.ts';
import { traceServing } from '../telemetry/rpc-spans.ts';
import { authenticated, enter } from './entrance.ts';
import type { CallContext } from './handler.ts';
import { type Recheck, Rechecks } from './rechecks.ts';

/** A call that ended with an error, after its caller was known. */
export interface Refusal {
  principal: Principal;
  /** `/package.Service/Method`. */
  method: string;
  status: StatusError;
  /** The message that was sent; undefined for a stream of them. */
  request: object | undefined;
}

/** A call that has come in, by itself or among others. */
export interface IncomingCall {
  /** `/package.Service/Method`. */
  method: string;
  /** The message that was sent; undefined for a stream of them. */
  request: object | undefined;
  requestId: string;
  /** Names the span that it was made in, by the W3C's Trace Context. */
  traceparent: string | undefined;
  metadata: Metadata;
  /** The IP address that it comes from. */
  clientAddress: string;
  /** The service that makes it, if it has proved to be one. */
  service: string | undefined;
  /** What it is to those who let it in; undefined: it always is. */
  work: Work | undefined;
  /** Milliseconds since the epoch. */
  deadline: number;
  /** Aborted when the caller cancels, goes away or runs out of time. */
  signal: AbortSignal;
  /** Aborts the signal. */
  end(reason: StatusError): void;
  /** It goes on after its caller was let in, so whether they still may is asked again and again. */
  isStream: boolean;
  /** @throws {StatusError} UNAUTHENTICATED if they do not prove who they are */
  authenticate(): Promise<Identity>;
}

/** What came of a call. */
export interface Served<T> {
  value: T;
  /** Whether all that it read was in the cache; undefined when it read nothing. */
  cache: 'HIT' | 'MISS' | undefined;
}

export interface ServedCallsOptions {
  logger: Logger;
  /** A service's own errors in the caller's terms; undefined for what it does not know. */
  translateError: (error: unknown) => StatusError | undefined;
  /** Lets calls in; unless there is one, all of them are. */
  admission?: Admission | undefined;
  /** Told of each call when it is over. */
  onServed?: (call: ServedCall) => void;
  /** Awaited before a caller is told of an error; if it rejects, the caller is told of that instead. */
  onRefusal?: (refusal: Refusal) => Promise<void>;
}

/** What is done around each handler, however its call came in: authenticate, translate and record errors, log. */
export class ServedCalls {
  readonly #options: ServedCallsOptions;

  constructor(options: ServedCallsOptions) {
    this.#options = options;
  }

  /** @throws {StatusError} what the caller is to be told */
  serve<T>(call: IncomingCall, run: (context: CallContext) => Promise<T>): Promise<Served<T>> {
    const { requestId, signal, deadline } = call;
    const request: RequestContext = { requestId, signal, deadline, cacheHits: 0, cacheMisses: 0 };
    return runInRequest(request, () => traceServing(call, () => this.#serve(call, request, run)));
  }

  async #serve<T>(
    call: IncomingCall,
    request: RequestContext,
    run: (context: CallContext) => Promise<T>,
  ): Promise<Served<T>> {
    const { logger, admission, onServed } = this.#options;
    const startedAt = performance.now();
    let code = 'OK';
    let reason: string | undefined;
    let principal: Principal | undefined;
    let rechecks: Rechecks | undefined;
    let place: Place | undefined;
    try {
      const identity = await authenticated(call, admission);
      principal = identity.principal;
      place = await enter(call, principal, admission);
      const ongoing = () => {
        rechecks ??= new Rechecks(identity, request, (reason) => call.end(this.#translate(reason, call.signal)));
        return rechecks;
      };
      if (call.isStream) ongoing().start();
      const value = await run({
        principal,
        principalUntil: identity.until,
        assertion: () => identity.assertion(),
        signal: call.signal,
        recheck: (check: Recheck) => ongoing().add(check),
        requestId: call.requestId,
        clientAddress: call.clientAddress,
        metadata: call.metadata,
      });
      // The handler may not have noticed.
      if (rechecks?.reason) throw rechecks.reason as Error;
      const cache = request.cacheMisses > 0 ? 'MISS' : request.cacheHits > 0 ? 'HIT' : undefined;
      return { value, cache };
    } catch (error) {
      const status = await this.#refusalOf(rechecks?.reason ?? error, call, principal);
      ({ code, reason } = status);
      if (code === 'INTERNAL') logger.error({ err: error, method: call.method }, 'call failed');
      if (code === 'UNAVAILABLE') logger.warn({ err: error, method: call.method }, 'call failed');
      throw status;
    } finally {
      rechecks?.[Symbol.dispose]();
      place?.leave();
      const durationMs = performance.now() - startedAt;
      onServed?.({ method: call.method, code, reason, durationMs });
      logger.debug({ method: call.method, code, duration_ms: durationMs }, 'call');
    }
  }

  async #refusalOf(error: unknown, call: IncomingCall, principal: Principal | undefined): Promise<StatusError> {
    const status = this.#translate(error, call.signal);
    if (!principal) return status;
    try {
      await this.#options.onRefusal?.({ principal, method: call.method, status, request: call.request });
      return status;
    } catch (recordingError) {
      return this.#translate(recordingError, call.signal);
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

export function deadlineExceeded(): StatusError {
  return new StatusError('DEADLINE_EXCEEDED', 'The call took longer than its deadline allows.', {
    reason: 'DEADLINE_EXCEEDED',
  });
}

export function cancelled(): StatusError {
  return new StatusError('CANCELLED', 'The call was cancelled.', { reason: 'CANCELLED' });
}
