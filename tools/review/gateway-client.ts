import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import type { Analysis } from './analysis.ts';
import type { Credentials } from './settings.ts';

/** The gateway answered with a problem (RFC 9457), whose detail is for people. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** The gateway cannot be reached. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

export interface Progress {
  stage: string;
  /** In [0, 1]. */
  fraction: number;
}

const requestTimeoutMs = 30_000;
const uploadTimeoutMs = 300_000;
const reconnectPauseMs = 200;
/** The answer to a watch of which all events were seen. */
const noContent = 204;

/** The calls of the REST API that a review takes. */
export class GatewayClient {
  readonly #url: URL;
  readonly #token: string;

  private constructor(url: URL, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** @throws {ProblemError} if the login is refused @throws {UnreachableError} */
  static async open(url: URL, credentials: Credentials): Promise<GatewayClient> {
    if ('token' in credentials) return new GatewayClient(url, credentials.token);
    const response = await request(new URL('/api/login', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credentials),
    });
    const { token } = (await response.json()) as { token: string };
    return new GatewayClient(url, token);
  }

  /** @returns the new document's id */
  async upload(file: string): Promise<string> {
    const form = new FormData();
    form.set('file', await openAsBlob(file), basename(file));
    const response = await this.#request('/api/upload', { method: 'POST', body: form }, uploadTimeoutMs);
    const { document_id } = (await response.json()) as { document_id: string };
    return document_id;
  }

  /** Asks for a review and waits for its end. @throws {ProblemError} also when it takes longer than `timeoutMs` */
  async review(
    documentId: string,
    options: { force: boolean; timeoutMs: number; onProgress: (progress: Progress) => void },
  ): Promise<Analysis> {
    const deadline = performance.now() + options.timeoutMs;
    const accepted = await this.#request(`/api/analyze/${documentId}?wait=0`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ force: options.force }),
    });
    const { analysis_id } = (await accepted.json()) as { analysis_id: string };
    await this.#follow(analysis_id, deadline, options.onProgress);
    const response = await this.#request(`/api/analyses/${analysis_id}`, {});
    return (await response.json()) as Analysis;
  }

  /** Reads the analysis's events up to the last, again from where it was if the connection breaks. */
  async #follow(analysisId: string, deadline: number, onProgress: (progress: Progress) => void): Promise<void> {
    let lastEventId = '0';
    while (performance.now() < deadline) {
      const response = await this.#request(
        `/api/analyses/${analysisId}/events`,
        { headers: { accept: 'text/event-stream', 'last-event-id': lastEventId } },
        deadline - performance.now(),
      );
      for await (const event of untilBroken(eventsOf(response))) {
        if (event.name === 'problem') throw problemOf(event.data as Problem);
        const step = event.data as Progress;
        lastEventId = event.id;
        onProgress(step);
        if (event.name === 'end') return;
      }
      if (response.status === noContent) return;
      await new Promise((resolve) => setTimeout(resolve, reconnectPauseMs));
    }
    throw new ProblemError(504, 'The review took longer than --timeout allows; it goes on in the background.');
  }

  async #request(path: string, init: RequestInit, timeoutMs = requestTimeoutMs): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${this.#token}`);
    return request(new URL(path, this.#url), { ...init, headers }, timeoutMs);
  }
}

interface Problem {
  status: number;
  title?: string;
  detail?: string;
}

interface ServerSentEvent {
  id: string;
  name: string;
  data: unknown;
}

/** Reads Server-Sent Events; see https://html.spec.whatwg.org/multipage/server-sent-events.html. */
async function* eventsOf({ body }: Response): AsyncGenerator<ServerSentEvent> {
  if (!body) return;
  let buffered = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (buffered + chunk).split('\n\n');
    buffered = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => line.split(/: ?(.*)/s).slice(0, 2) as [string, string]));
      const data = fields.get('data');
      if (data === undefined) continue;
      yield { id: fields.get('id') ?? '0', name: fields.get('event') ?? 'message', data: JSON.parse(data) };
    }
  }
}

/** Ends where the connection breaks, or its time is up; what was lost can be read again. */
async function* untilBroken<T>(events: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* events;
  } catch (error) {
    if (!(error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError'))) throw error;
  }
}

async function request(url: URL, init: RequestInit, timeoutMs = requestTimeoutMs): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(Math.max(1, Math.round(timeoutMs))) });
  } catch (error) {
    throw new UnreachableError(`${url.origin} does not answer: ${reasonOf(error)}`, { cause: error });
  }
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
  throw problemOf({ ...problem, status: response.status });
}

function problemOf({ status, title, detail }: Problem): ProblemError {
  return new ProblemError(status, detail ?? title ?? `HTTP ${status}`);
}

function reasonOf(error: unknown): string {
  const { cause } = error as Error;
  return cause instanceof Error && cause.message ? cause.message : (error as Error).message;
}
