import type { Redis } from 'ioredis';
import { Random } from '../../faults/random.ts';
import type { HttpClient } from './http-client.ts';

export interface TrafficOptions {
  /** Logged in as the owner of the documents. */
  client: HttpClient;
  version1: Redis;
  /** Documents of the owner, and their analyses, as version 1 has them. */
  documents: ReadonlyMap<string, readonly string[]>;
  seed: number;
}

const pauseMs = 20;
const restartMs = 5000;
const thirtyDaysSeconds = 30 * 24 * 60 * 60;
const missing = 404;

/**
 * What users and version 1's own processes do while the data moves. All that was acknowledged is remembered, so that it can
 * be looked for afterwards.
 */
export class Version1Traffic {
  /** What version 1's processes wrote last, by the analysis' id. */
  readonly written = new Map<string, string>();
  /** Reviews that this version stored, by their documents' ids. */
  readonly reviewed = new Map<string, string>();
  /** Documents that were deleted. */
  readonly deleted = new Set<string>();
  reads = 0;
  /** Reads whose answer was wrong. */
  readonly wrong: string[] = [];
  readonly #options: TrafficOptions;
  readonly #stop = new AbortController();
  readonly #stopVersion1 = new AbortController();
  readonly #running: Promise<void>[];
  readonly #version1Running: Promise<void>;
  #restartUntil = -Infinity;

  constructor(options: TrafficOptions) {
    this.#options = options;
    const random = new Random(options.seed);
    const users = this.#stop.signal;
    this.#version1Running = this.#repeat(this.#stopVersion1.signal, random.fork(), (chance, turn) =>
      this.#writeAsVersion1(chance, turn),
    );
    this.#running = [
      this.#version1Running,
      this.#repeat(users, random.fork(), (chance) => this.#read(chance)),
      this.#repeat(users, random.fork(), (chance) => this.#read(chance)),
      this.#repeat(users, random.fork(), (_chance, turn) => this.#review(turn)),
      this.#repeat(users, random.fork(), (chance, turn) => this.#delete(chance, turn)),
    ];
  }

  /** A service is being restarted: until it has found version 1's Redis, it serves what PostgreSQL has. */
  expectRestart(): void {
    this.#restartUntil = performance.now() + restartMs;
  }

  /** Version 1's processes are switched off; users go on. */
  async stopVersion1(): Promise<void> {
    this.#stopVersion1.abort();
    await this.#version1Running;
  }

  async stop(): Promise<void> {
    this.#stopVersion1.abort();
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  async #repeat(
    signal: AbortSignal,
    random: Random,
    act: (random: Random, turn: number) => Promise<void>,
  ): Promise<void> {
    for (let turn = 0; !signal.aborted; turn += 1) {
      await act(random, turn);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  /** Writes a new analysis, or one of before anew, and reads it back: what it says has to be seen at once. */
  async #writeAsVersion1(random: Random, turn: number): Promise<void> {
    const { version1 } = this.#options;
    const [documentId, analyses] = this.#anyDocument(random);
    if (documentId === undefined) return;
    const isNew = turn % 2 === 0 || analyses.length === 0;
    const analysisId = isNew ? `late-${turn}` : random.pick(analyses);
    const text = JSON.stringify({ document_id: documentId, timestamp: new Date().toISOString(), turn });
    await version1.set(`analysis:${analysisId}`, text, 'EX', thirtyDaysSeconds);
    if (this.deleted.has(documentId)) return;
    this.written.set(analysisId, text);
    await this.#expectOriginal(analysisId, documentId, text);
  }

  async #read(random: Random): Promise<void> {
    const [documentId, analyses] = this.#anyDocument(random);
    if (documentId === undefined || analyses.length === 0) return;
    await this.#expectOriginal(random.pick(analyses), documentId);
  }

  async #expectOriginal(analysisId: string, documentId: string, text?: string): Promise<void> {
    const response = await this.#ask(`/api/analyses/${encodeURIComponent(analysisId)}`);
    if (!response) return;
    this.reads += 1;
    if (response.status === missing && this.deleted.has(documentId)) return;
    const body = response.ok ? ((await response.json()) as { version1_original?: object }) : undefined;
    const isRight =
      body?.version1_original !== undefined && (text === undefined || sameJson(body.version1_original, text));
    if (!isRight && performance.now() > this.#restartUntil)
      this.wrong.push(`${analysisId}: ${response.status} ${JSON.stringify(body?.version1_original)} for ${text}`);
  }

  async #review(turn: number): Promise<void> {
    const { client } = this.#options;
    try {
      const documentId = await client.upload(`${turn}.txt`, `Agreement no. ${turn} between Alder Ltd. and Birch Inc.`);
      const { analysis_id, status } = await client.analyze(documentId, { force: true });
      if (status === 'completed') this.reviewed.set(documentId, analysis_id);
    } catch (error) {
      if (!isOutage(error)) throw error;
    }
  }

  async #delete(random: Random, turn: number): Promise<void> {
    if (turn % 20 !== 19) return;
    const [documentId] = this.#anyDocument(random);
    if (documentId === undefined) return;
    // From now on it may be gone.
    this.deleted.add(documentId);
    const path = `/api/documents/${encodeURIComponent(documentId)}`;
    for (;;) {
      const response = await this.#ask(path, { method: 'DELETE' });
      if (response && (response.ok || response.status === missing)) return;
      if (this.#stop.signal.aborted) return;
    }
  }

  #anyDocument(random: Random): [string | undefined, readonly string[]] {
    const { documents } = this.#options;
    const live = random.pick([...documents.keys()]);
    return this.deleted.has(live) ? [undefined, []] : [live, documents.get(live) ?? []];
  }

  /** @returns undefined while a part of the system is away */
  async #ask(path: string, init: RequestInit = {}): Promise<Response | undefined> {
    try {
      const response = await this.#options.client.request(path, init);
      return response.status >= 500 ? undefined : response;
    } catch (error) {
      if (isOutage(error)) return undefined;
      throw error;
    }
  }
}

function sameJson(value: object, text: string): boolean {
  return JSON.stringify(value) === JSON.stringify(JSON.parse(text));
}

/** The tests' client throws a text that has the status, and `fetch` a TypeError. */
function isOutage(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && /: 5\d\d /.test(error.message));
}
