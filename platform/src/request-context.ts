import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What belongs to one request and is wanted far below its handler: by the log, the clients and the cache. */
export interface RequestContext {
  requestId: string;
  /** Aborted when the caller goes away or the deadline passes. */
  signal: AbortSignal;
  /** Milliseconds since the epoch, as gRPC deadlines are. */
  deadline: number;
  /** How many entities this request read from the cache, and how many it had to read from PostgreSQL. */
  cacheHits: number;
  cacheMisses: number;
}

const storage = new AsyncLocalStorage<RequestContext>();
const acceptableRequestId = /^[\w.:-]{1,128}$/;

export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}

export function runInRequest<T>(context: RequestContext, run: () => T): T {
  return storage.run(context, run);
}

/**
 * Runs what other requests may come to share, or what goes on after the answer: it does not end with this request, and
 * what it reads does not count as read by it.
 *
 * @param signal ends it instead
 */
export function runDetached<T>(run: () => T, signal = new AbortController().signal): T {
  const requestId = currentRequest()?.requestId ?? randomUUID();
  return storage.run({ requestId, signal, deadline: Infinity, cacheHits: 0, cacheMisses: 0 }, run);
}

/** The id that a caller gave its request, if it is fit to be logged and passed on; else a new one. */
export function requestIdFrom(given: string | undefined): string {
  return given !== undefined && acceptableRequestId.test(given) ? given : randomUUID();
}
