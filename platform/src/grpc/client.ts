import { once } from 'node:events';
import { type CallOptions, ChannelCredentials, Client, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { StatusError } from '../errors.ts';
import { currentRequest, runDetached, runInRequest } from '../request-context.ts';
import { traceCall, traceStream } from '../telemetry/rpc-spans.ts';
import { currentTraceparent, traceparentKey } from '../telemetry/trace-context.ts';
import { isRefusal } from './answer-stream.ts';
import type { CollectedCall } from './batch-stream.ts';
import { CallBatcher } from './call-batcher.ts';
import { clientAddressKey } from './client-address.ts';
import { cacheTrailer, onBehalfOfKey, requestIdKey } from './metadata-keys.ts';
import type { Method, RequestOf, ResponseOf, ServiceMethods } from './methods.ts';
import { withRenderedResponses } from './rendered-responses.ts';
import { isRead, serviceConfigFor } from './retry-policy.ts';
import { fromServiceError } from './status-details.ts';

export interface CallSettings {
  /** Sent as the `authorization` metadata, for example `Bearer ...`. */
  authorization?: string | undefined;
  /** The assertion of the user for whom this service calls. */
  onBehalfOf?: string | undefined;
  /** Of whom the call is made; a service believes it of the gateway alone. */
  clientAddress?: string | undefined;
  /** Default 10 s for a single answer, none for a stream; never later than the deadline of the request being served. */
  timeoutMs?: number;
  /** Cancels the call; that of the request being served does so anyway. */
  signal?: AbortSignal;
  /** Told that a stream has been ended by a refusal, as soon as that is known and before all that came has been read. */
  onRefused?: () => void;
  /** Told what the server said of its cache, once the call is over. */
  onCache?: (outcome: string) => void;
}

type Call<M extends Method> = M extends { requestStream: true }
  ? (requests: AsyncIterable<RequestOf<M>>, settings?: CallSettings) => Promise<ResponseOf<M>>
  : M extends { responseStream: true }
    ? (request: RequestOf<M>, settings?: CallSettings) => AsyncIterable<ResponseOf<M>>
    : (request: RequestOf<M>, settings?: CallSettings) => Promise<ResponseOf<M>>;

/** Calls to a service as plain functions. Failures are StatusErrors. */
export type GrpcClient<S extends ServiceMethods> = { readonly [Name in keyof S]: Call<S[Name]> } & Disposable;

export interface ClientOptions<S extends ServiceMethods = ServiceMethods> {
  /** `host:port`, or any gRPC target; several addresses are used round-robin. */
  address: string;
  credentials?: ChannelCredentials;
  /** What the server's certificate has to be for; the host of the address unless told otherwise, which cannot be an IP. */
  serverName?: string;
  /** Added to calls that bring no authorization of their own. */
  authorization?: string;
  /** Short unary calls that may go out together with others. Those that bring an authorization of their own go alone. */
  batched?: readonly (keyof S & string)[];
}

const defaultTimeoutMs = 10_000;
const maxMessageBytes = 64 * 1024 * 1024;
/** A server that hangs, or whose machine is gone, is left within 5 s. One that only is busy answers a ping sooner. */
const pings = {
  'grpc.keepalive_time_ms': 2000,
  'grpc.keepalive_timeout_ms': 3000,
  'grpc.keepalive_permit_without_calls': 1,
};
/** So much of an answer may be under way; with the 64 KiB of HTTP/2 a batch of reviews waits for leave several times. */
const flowControlWindowBytes = 1024 * 1024;

export function createClient<S extends ServiceMethods>(methods: S, options: ClientOptions<S>): GrpcClient<S> {
  const { address, credentials = ChannelCredentials.createInsecure(), serverName, authorization } = options;
  const batched = new Set<string>(options.batched);
  const client = new Client(address, credentials, {
    ...(serverName !== undefined && { 'grpc.ssl_target_name_override': serverName }),
    'grpc.service_config': serviceConfigFor(methods),
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': maxMessageBytes,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1000,
    ...pings,
    'grpc-node.flow_control_window': flowControlWindowBytes,
  });
  const batcher = new CallBatcher(client, authorization);
  const calls: Record<string, unknown> = {};
  for (const [name, method] of Object.entries(withRenderedResponses(methods))) {
    const settingsOf = (settings: CallSettings) => ({ authorization, ...settings, ...cancellation(settings.signal) });
    const caller = method.requestStream ? callWithStream : callOnce;
    const call = method.responseStream
      ? (input: never, settings: CallSettings = {}) =>
          traceStream(method.path, () => callForStream(client, method, input, settingsOf(settings)))
      : (input: never, settings: CallSettings = {}) =>
          traceCall(method.path, () => caller(client, method, input, settingsOf(settings)));
    calls[name] = batched.has(name)
      ? (input: never, settings: CallSettings = {}) =>
          settings.authorization === undefined
            ? traceCall(method.path, () =>
                batcher.call({
                  ...collected(method, input, settings, () => call(input, settings) as Promise<unknown>),
                  isRead: isRead(name),
                }),
              )
            : call(input, settings)
      : call;
  }
  calls[Symbol.dispose as unknown as string] = () => client.close();
  return calls as GrpcClient<S>;
}

function collected(
  method: Method,
  request: unknown,
  settings: CallSettings,
  alone: () => Promise<unknown>,
): Omit<CollectedCall, 'isRead'> {
  const served = currentRequest();
  return {
    method,
    request,
    onBehalfOf: settings.onBehalfOf,
    clientAddress: settings.clientAddress,
    requestId: served?.requestId,
    traceparent: currentTraceparent(),
    deadline: deadlineFor(settings, defaultTimeoutMs),
    signal: cancellation(settings.signal).signal,
    onCache: settings.onCache,
    // It may be made when answers to others arrive, and must not pass for one of theirs.
    alone: () => (served ? runInRequest(served, alone) : runDetached(alone)),
  };
}

async function callOnce(client: Client, method: Method, request: unknown, settings: CallSettings): Promise<unknown> {
  const answer = Promise.withResolvers<unknown>();
  const call = client.makeUnaryRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    request,
    metadataOf(settings),
    callOptions(settings, defaultTimeoutMs),
    (error, value) => (error ? answer.reject(fromServiceError(error)) : answer.resolve(value)),
  );
  watchTrailers(call, settings);
  return cancelOnAbort(call, settings.signal, answer.promise);
}

async function callWithStream(
  client: Client,
  method: Method,
  requests: AsyncIterable<unknown>,
  settings: CallSettings,
): Promise<unknown> {
  const answer = Promise.withResolvers<unknown>();
  const call = client.makeClientStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    metadataOf(settings),
    callOptions(settings),
    (error, value) => (error ? answer.reject(fromServiceError(error)) : answer.resolve(value)),
  );
  // The server may answer before it has read everything; nobody then drains the stream, so that ends the wait too.
  const answered = new AbortController();
  answer.promise.catch(() => undefined).finally(() => answered.abort());
  const send = async () => {
    for await (const request of requests) {
      if (answered.signal.aborted) return;
      if (!call.write(request)) await once(call, 'drain', { signal: answered.signal });
    }
    call.end();
  };
  const sent = send().catch((error: unknown) => {
    if (answered.signal.aborted) return;
    call.cancel();
    throw error;
  });
  return cancelOnAbort(call, settings.signal, Promise.race([answer.promise, sent.then(() => answer.promise)]));
}

async function* callForStream(
  client: Client,
  method: Method,
  request: unknown,
  settings: CallSettings,
): AsyncGenerator<unknown> {
  const call = client.makeServerStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    request,
    metadataOf(settings),
    callOptions(settings),
  );
  watchTrailers(call, settings);
  const abort = () => call.cancel();
  settings.signal?.addEventListener('abort', abort);
  if (settings.signal?.aborted) abort();
  let refusal: ServiceError | undefined;
  let isLeft = false;
  call.on('error', (error: ServiceError) => {
    // The server cancels the stream of who is refused and does not read.
    const isCutOff = error.code === status.CANCELLED && !isLeft && !settings.signal?.aborted;
    if (!isRefusal(error.code) && !isCutOff) return;
    refusal = error;
    settings.onRefused?.();
  });
  try {
    for await (const answer of call) {
      if (refusal) throw refusal;
      yield answer;
    }
  } catch (error) {
    throw asStatusError(error);
  } finally {
    settings.signal?.removeEventListener('abort', abort);
    isLeft = true;
    call.cancel();
  }
}

/** A call ends with whoever made it, and with the request that it is made for. */
function cancellation(own: AbortSignal | undefined): { signal?: AbortSignal } {
  const request = currentRequest()?.signal;
  if (own && request) return { signal: AbortSignal.any([own, request]) };
  const signal = own ?? request;
  return signal ? { signal } : {};
}

function asStatusError(error: unknown): unknown {
  return error instanceof Error && 'code' in error && 'metadata' in error
    ? fromServiceError(error as ServiceError)
    : error;
}

function metadataOf({ authorization, onBehalfOf, clientAddress }: CallSettings): Metadata {
  const metadata = new Metadata();
  if (authorization) metadata.set('authorization', authorization);
  if (onBehalfOf) metadata.set(onBehalfOfKey, onBehalfOf);
  if (clientAddress) metadata.set(clientAddressKey, clientAddress);
  const request = currentRequest();
  if (request) metadata.set(requestIdKey, request.requestId);
  const traceparent = currentTraceparent();
  if (traceparent) metadata.set(traceparentKey, traceparent);
  return metadata;
}

function callOptions(settings: CallSettings, fallbackMs?: number): CallOptions {
  const deadline = deadlineFor(settings, fallbackMs);
  return Number.isFinite(deadline) ? { deadline } : {};
}

function deadlineFor({ timeoutMs }: CallSettings, fallbackMs?: number): number {
  const own = timeoutMs ?? fallbackMs;
  return Math.min(own === undefined ? Infinity : Date.now() + own, currentRequest()?.deadline ?? Infinity);
}

function watchTrailers(
  call: { on(event: 'status', listener: (status: { metadata: Metadata }) => void): unknown },
  settings: CallSettings,
) {
  if (!settings.onCache) return;
  const { onCache } = settings;
  call.on('status', ({ metadata }) => {
    const [outcome] = metadata.get(cacheTrailer);
    if (outcome) onCache(outcome.toString());
  });
}

async function cancelOnAbort<T>(
  call: { cancel(): void },
  signal: AbortSignal | undefined,
  answer: Promise<T>,
): Promise<T> {
  if (!signal) return answer;
  const abort = () => call.cancel();
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    return await answer;
  } catch (error) {
    if (signal.aborted && signal.reason instanceof StatusError) throw signal.reason;
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
