import { setTimeout as sleep } from 'node:timers/promises';
import { type GatewaySession, ProblemError, withJson } from '../gateway/gateway-session.ts';
import { generatedContract } from './generated-contract.ts';

export interface LoadOptions {
  session: GatewaySession;
  documents: number;
  /** The number of the first contract; each number is another contract. */
  from: number;
  /** Requests at a time. */
  concurrency: number;
  /** Has each reviewed too, and waits for the reviews. */
  analyze: boolean;
  /** Told how many are done. */
  onProgress: (done: number) => void;
  signal: AbortSignal;
}

/** Asked to come later: there are limits of rates, and a system that sheds load. */
const laterStatuses = new Set([429, 503]);
const laterMs = 1000;
const reviewWaitSeconds = 30;

/** Uploads generated contracts through the API, as users do. @throws {ProblemError} what the system refuses for good */
export async function fill({ session, documents, from, concurrency, analyze, onProgress, signal }: LoadOptions) {
  let next = from;
  let done = 0;
  const worker = async () => {
    while (next < from + documents) {
      const documentId = await upload(session, next++, signal);
      if (analyze) await review(session, documentId, signal);
      done += 1;
      onProgress(done);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

async function upload(session: GatewaySession, number: number, signal: AbortSignal): Promise<string> {
  const { filename, text } = generatedContract(number);
  const response = await persistently(signal, () => {
    const form = new FormData();
    form.set('file', new Blob([text]), filename);
    return session.request('/api/upload', { method: 'POST', body: form });
  });
  return ((await response.json()) as { document_id: string }).document_id;
}

async function review(session: GatewaySession, documentId: string, signal: AbortSignal): Promise<void> {
  const path = `/api/analyze/${documentId}?wait=${reviewWaitSeconds}`;
  const timeoutMs = (reviewWaitSeconds + 10) * 1000;
  // 202: it goes on. The same request finds the same review, so asking again is waiting for it.
  for (;;) {
    const response = await persistently(signal, () => session.request(path, withJson({}), timeoutMs));
    await response.arrayBuffer();
    if (response.status !== 202) return;
  }
}

async function persistently<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ProblemError && laterStatuses.has(error.status))) throw error;
      await sleep(laterMs, undefined, { signal });
    }
  }
}
