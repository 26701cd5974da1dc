import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import type { Credentials } from '../gateway/gateway-access.ts';
import { GatewaySession, type Problem, ProblemError, problemOf, withJson } from '../gateway/gateway-session.ts';
import { eventsOf } from '../gateway/server-sent-events.ts';
import type { Analysis } from './analysis.ts';

export interface Progress {
  stage: string;
  /** In [0, 1]. */
  fraction: number;
}

export interface ReviewOptions {
  position: string;
  engine: string;
  allowFallback: boolean;
  force: boolean;
  timeoutMs: number;
  onProgress: (progress: Progress) => void;
}

const uploadTimeoutMs = 300_000;
const reconnectPauseMs = 200;
/** The answer to a watch of which all events were seen. */
const noContent = 204;

/** The calls of the REST API that a review takes. */
export class GatewayClient {
  readonly #session: GatewaySession;

  private constructor(session: GatewaySession) {
    this.#session = session;
  }

  /** @throws {ProblemError} if the login is refused @throws {UnreachableError} */
  static async open(url: URL, credentials: Credentials): Promise<GatewayClient> {
    return new GatewayClient(await GatewaySession.open(url, credentials));
  }

  /** @returns the new document's id */
  async upload(file: string): Promise<string> {
    const form = new FormData();
    form.set('file', await openAsBlob(file), basename(file));
    const response = await this.#session.request('/api/upload', { method: 'POST', body: form }, uploadTimeoutMs);
    const { document_id } = (await response.json()) as { document_id: string };
    return document_id;
  }

  /** Asks for a review and waits for its end. @throws {ProblemError} also when it takes longer than `timeoutMs` */
  async review(documentId: string, options: ReviewOptions): Promise<Analysis> {
    const deadline = performance.now() + options.timeoutMs;
    const accepted = await this.#session.request(
      `/api/analyze/${documentId}?wait=0`,
      withJson({
        position: options.position,
        engine: options.engine,
        allow_fallback: options.allowFallback,
        force: options.force,
      }),
    );
    const { analysis_id } = (await accepted.json()) as { analysis_id: string };
    await this.#follow(analysis_id, deadline, options.onProgress);
    const response = await this.#session.request(`/api/analyses/${analysis_id}`);
    return (await response.json()) as Analysis;
  }

  /** A review as a file. @throws {ProblemError} for one that there cannot be, such as a calendar without dates, with 409 */
  async report(analysisId: string, format: string): Promise<Buffer> {
    const response = await this.#session.request(`/api/analyses/${analysisId}/report?format=${format}`);
    return Buffer.from(await response.arrayBuffer());
  }

  /** Reads the analysis's events up to the last, again from where it was if the connection breaks. */
  async #follow(analysisId: string, deadline: number, onProgress: (progress: Progress) => void): Promise<void> {
    let lastEventId = '0';
    while (performance.now() < deadline) {
      const response = await this.#session.request(
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
}

/** Ends where the connection breaks, or its time is up; what was lost can be read again. */
async function* untilBroken<T>(events: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* events;
  } catch (error) {
    if (!(error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError'))) throw error;
  }
}
