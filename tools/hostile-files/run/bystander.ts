import { setTimeout as sleep } from 'node:timers/promises';
import { type GatewaySession, withJson } from '../../gateway/gateway-session.ts';
import { clause } from '../hostile-file.ts';

const operations = ['upload', 'review', 'document', 'text', 'list', 'analysis'] as const;
type Operation = (typeof operations)[number];

export interface OperationFigures {
  operation: Operation;
  count: number;
  medianMs: number;
  p99Ms: number;
  maxMs: number;
}

/** What is looked into of the answers. */
interface Answer {
  document_id?: string;
  status?: string;
  text?: string;
}

const pauseMs = 20;
const timeoutMs = 30_000;

/** Another user, who uploads, reviews and reads small contracts all the time. */
export class Bystander implements AsyncDisposable {
  readonly failures: string[] = [];
  readonly #session: GatewaySession;
  readonly #latencies = new Map<Operation, number[]>();
  readonly #stop = new AbortController();
  readonly #work: Promise<void>;

  constructor(session: GatewaySession) {
    this.#session = session;
    this.#work = this.#goOn();
  }

  get figures(): OperationFigures[] {
    return operations.map((operation) => {
      const sorted = (this.#latencies.get(operation) ?? []).toSorted((a, b) => a - b);
      const quantile = (share: number) => sorted[Math.floor(share * sorted.length)] ?? 0;
      return {
        operation,
        count: sorted.length,
        medianMs: quantile(0.5),
        p99Ms: quantile(0.99),
        maxMs: sorted.at(-1) ?? 0,
      };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#work;
  }

  async #goOn(): Promise<void> {
    for (let round = 1; !this.#stop.signal.aborted; round++) {
      try {
        await this.#round(round);
      } catch (error) {
        this.failures.push((error as Error).message);
      }
      await sleep(pauseMs);
    }
  }

  async #round(round: number): Promise<void> {
    const form = new FormData();
    form.set(
      'file',
      new Blob([`Agreement no. ${round} between Alder Ltd. and Birch Inc.\n\n${clause}\n`]),
      'agreement.txt',
    );
    const { document_id: id } = await this.#timed('upload', '/api/upload', { method: 'POST', body: form });
    const review = await this.#timed('review', `/api/analyze/${id}?wait=25`, withJson({}));
    if (review.status !== 'completed') throw new Error(`a review is ${review.status}`);
    await this.#timed('document', `/api/documents/${id}`);
    await this.#timed('list', '/api/documents?limit=10');
    const { text } = await this.#timed('text', `/api/documents/${id}/text`);
    if (!text?.includes(clause)) throw new Error('the text of a document is another');
    await this.#timed('analysis', `/api/documents/${id}/analysis`);
  }

  async #timed(operation: Operation, path: string, init: RequestInit = {}): Promise<Answer> {
    const startedAt = performance.now();
    const response = await this.#session.request(path, init, timeoutMs);
    const body = (await response.json()) as Answer;
    const latencies = this.#latencies.get(operation) ?? [];
    this.#latencies.set(operation, [...latencies, performance.now() - startedAt]);
    return body;
  }
}
