import { constants, type ServerHttp2Stream } from 'node:http2';
import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';
import { type StatusCode, statusCodes } from '../errors.ts';

/** A stream that ends with one of these was open to somebody who may have no more of it. */
const refusals: readonly StatusCode[] = ['UNAUTHENTICATED', 'PERMISSION_DENIED', 'NOT_FOUND'];
/** For the status to reach a caller who reads. */
const graceMs = 200;

/** Whether a stream that ends with this status is to end before what was sent earlier has been read. */
export function isRefusal(code: number | undefined): boolean {
  return refusals.some((name) => statusCodes[name] === code);
}

/** Sends the answers as fast as the caller reads them. @throws what they throw, or the signal's reason */
export async function pump<T>(
  answers: AsyncIterable<T>,
  call: ServerWritableStream<unknown, T>,
  signal: AbortSignal,
): Promise<void> {
  for await (const answer of answers) {
    await send(answer, call, signal);
    signal.throwIfAborted();
  }
  // A handler may end by itself when it is told to, but its answers are not complete for that.
  signal.throwIfAborted();
}

/** Waits until it is on its way: what stands in a queue goes out before the status does. */
async function send<T>(answer: T, call: ServerWritableStream<unknown, T>, signal: AbortSignal): Promise<void> {
  const sent = Promise.withResolvers<void>();
  const abort = () => sent.reject(signal.reason);
  signal.addEventListener('abort', abort);
  call.write(answer, (error?: Error | null) => (error ? sent.reject(error) : sent.resolve()));
  try {
    await sent.promise;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a stream of whatever requests, which only their handler reads.
type AnsweredByStream = ServerWritableStream<any, unknown> | ServerDuplexStream<any, any>;

/**
 * Ends a stream with an error. The status waits behind what the caller has not read, for ever if they do not read on; so
 * a caller who is refused is cut off then.
 */
export function failWith(error: unknown, call: AnsweredByStream): void {
  call.emit('error', error);
  if (!isRefusal((error as { code?: number }).code)) return;
  const stream = transportOf(call);
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), graceMs);
  stream.once('close', () => clearTimeout(timer));
}

/** A call as grpc-js keeps it, below what its interceptors make of it. */
interface InnerCall {
  nextCall?: InnerCall;
  stream?: ServerHttp2Stream;
}

/** grpc-js has no public way to reset a stream. @throws {TypeError} if a later release hides it elsewhere */
function transportOf(call: AnsweredByStream): ServerHttp2Stream {
  let inner: InnerCall | undefined = (call as unknown as { call: InnerCall }).call;
  while (inner && !inner.stream) inner = inner.nextCall;
  if (!inner?.stream) throw new TypeError('grpc-js keeps its HTTP/2 stream where it was not before');
  return inner.stream;
}
