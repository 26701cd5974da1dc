import { lookup } from 'node:dns';
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { ModelCallError } from '../model-call-error.ts';
import { checkedLookup, ForbiddenAddressError, type Resolve } from './checked-lookup.ts';
import { isForbiddenAddress } from './forbidden-addresses.ts';
import { retryAfterMs } from './retry-after.ts';

export interface HttpEndpointOptions {
  /** The paths of requests are appended to its path. */
  baseUrl: URL;
  /** Sent as it is; absent: no such header. */
  authorization?: string;
  /** A longer answer is cut off and refused. */
  maxAnswerBytes: number;
  /** Finds the addresses of the host; the system's resolver unless told otherwise. */
  resolve?: Resolve;
}

/**
 * The one server that a model is asked at. Nothing else is ever connected to: redirects are refused, no proxy is looked up, and
 * link-local and metadata addresses are refused after the name was resolved.
 */
export class HttpEndpoint implements Disposable {
  readonly #options: HttpEndpointOptions;
  readonly #agent: HttpAgent;

  constructor(options: HttpEndpointOptions) {
    this.#options = options;
    this.#agent =
      options.baseUrl.protocol === 'https:' ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  }

  /** @throws {ModelCallError} @throws the signal's reason */
  async get(path: string, signal: AbortSignal): Promise<string> {
    return textOf(this.#ask('GET', path, undefined, signal));
  }

  /** The answer, whole. @throws {ModelCallError} @throws the signal's reason */
  async post(path: string, body: object, signal: AbortSignal): Promise<string> {
    return textOf(this.#ask('POST', path, body, signal));
  }

  /** The lines of the answer as they come. @throws {ModelCallError} @throws the signal's reason */
  async *postForLines(path: string, body: object, signal: AbortSignal): AsyncGenerator<string> {
    let rest = '';
    for await (const chunk of this.#ask('POST', path, body, signal)) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (rest !== '') yield rest;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  async *#ask(
    method: 'GET' | 'POST',
    path: string,
    body: object | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    signal.throwIfAborted();
    try {
      const response = await this.#send(method, path, body, signal);
      await requireSuccess(response);
      yield* this.#bounded(response);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof ModelCallError ? error : connectionError(error);
    }
  }

  async #send(
    method: 'GET' | 'POST',
    path: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { baseUrl, authorization } = this.#options;
    const host = baseUrl.hostname.replace(/^\[|\]$/g, '');
    // A literal address is connected to without a lookup.
    if (isIP(host) !== 0 && isForbiddenAddress(host)) throw new ForbiddenAddressError('a forbidden address');
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const send = baseUrl.protocol === 'https:' ? requestHttps : requestHttp;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const outgoing = send(
      {
        protocol: baseUrl.protocol,
        host,
        port: baseUrl.port,
        path: baseUrl.pathname.replace(/\/+$/, '') + path,
        method,
        agent: this.#agent,
        lookup: checkedLookup(this.#options.resolve ?? lookup),
        signal,
        headers: {
          accept: 'application/json, application/x-ndjson',
          ...(authorization === undefined ? {} : { authorization }),
          ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': payload.length }),
        },
      },
      resolve,
    );
    outgoing.on('error', reject);
    outgoing.end(payload);
    return promise;
  }

  async *#bounded(response: IncomingMessage): AsyncGenerator<string> {
    const { maxAnswerBytes } = this.#options;
    const decoder = new TextDecoder();
    let size = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxAnswerBytes) throw new ModelCallError('unusable', 'The answer is longer than any review can be.');
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  }
}

async function beginningOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.length > longestComplaint) break;
  }
  return text.slice(0, longestComplaint);
}

async function textOf(chunks: AsyncIterable<string>): Promise<string> {
  return (await Array.fromAsync(chunks)).join('');
}

/** What servers say of a prompt that is longer than their context; none of the protocols has a status for it. */
const saysTooLong = /context.{0,20}(?:length|size|window)|maximum context|too long|exceeds? the .{0,20}context/i;
const longestComplaint = 4000;

async function requireSuccess(response: IncomingMessage): Promise<void> {
  const { statusCode: status = 0, headers } = response;
  if (status >= 200 && status < 300) return;
  const complaint = status === 400 || status === 413 ? await beginningOf(response) : '';
  response.destroy();
  if (saysTooLong.test(complaint)) {
    throw new ModelCallError('too_long', "The section and its findings do not fit into the model's context.");
  }
  const after = retryAfterMs(headers['retry-after'], new Date());
  if (status === 429) {
    throw new ModelCallError('rate_limited', 'The model server answers 429: too many requests.', {
      retryAfterMs: after,
    });
  }
  if (status >= 500 || status === 408) {
    throw new ModelCallError('overloaded', `The model server answers ${status}.`, { retryAfterMs: after });
  }
  throw new ModelCallError(
    'refused',
    status >= 300 && status < 400
      ? `The model server redirects (${status}), and redirects are not followed.`
      : `The model server refuses the request (${status}).`,
  );
}

/** The message names no address: what stands behind a name is nobody's business who may only ask for reviews. */
function connectionError(error: unknown): ModelCallError {
  if (error instanceof ForbiddenAddressError) {
    const message = 'The address of the model server is link-local or of a metadata service, and refused.';
    return new ModelCallError('refused', message, { cause: error });
  }
  const { code } = error as NodeJS.ErrnoException;
  const message = `The model server cannot be reached, or broke off${code === undefined ? '' : ` (${code})`}.`;
  return new ModelCallError('unreachable', message, { cause: error });
}
