import { setTimeout as sleep } from 'node:timers/promises';
import type { Review } from '../src/domain/analysis.ts';
import type { Engine, ReviewInput, ReviewOptions } from '../src/engine/engine.ts';

/**
 * An engine whose reviews are scripted by the text itself, so that a test decides how they go:
 *
 * `!work 500`   takes 500 ms, with progress every 10 ms
 * `!crash`      fails every time
 * `!crash once` fails the first time in this process
 * `!unread`     leaves the last code point unread
 */
export class ScriptedEngine implements Engine {
  readonly name = 'builtin';
  readonly modelUsed = 'scripted';
  readonly engineVersion: string;
  readonly rulesetVersion = '1';
  readonly #crashed = new Set<string>();
  /** How many reviews were begun, and how many of them were ended from outside. */
  begun = 0;
  aborted = 0;

  constructor(engineVersion = '1.0.0') {
    this.engineVersion = engineVersion;
  }

  async review({ text, pages }: ReviewInput, { signal, onProgress }: ReviewOptions): Promise<Review> {
    this.begun += 1;
    try {
      await this.#work(Number(/!work (\d+)/.exec(text)?.[1] ?? 0), signal, onProgress);
    } catch (error) {
      this.aborted += 1;
      throw error;
    }
    const isFirst = !this.#crashed.has(text);
    this.#crashed.add(text);
    if (text.includes('!crash once') ? isFirst : text.includes('!crash')) throw new Error('scripted to crash');
    return reviewOf(text, pages.length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // It holds nothing.
  }

  async #work(ms: number, signal: AbortSignal, onProgress: ReviewOptions['onProgress']): Promise<void> {
    const startedAt = performance.now();
    for (let spent = 0; spent < ms; spent = performance.now() - startedAt) {
      onProgress({ stage: 'clauses', fraction: spent / ms });
      await sleep(10, undefined, { signal });
    }
  }
}

/** Every "Agreement" is a clause. */
function reviewOf(text: string, pages: number): Review {
  const totalChars = codePoints(text);
  const unread = text.includes('!unread') ? [{ start: totalChars - 1, end: totalChars, reason: 'scripted' }] : [];
  const spans = [...text.matchAll(/Agreement/g)].map(({ index, 0: quote }) => {
    const start = codePoints(text.slice(0, index));
    return { start, end: start + codePoints(quote), quote, page: 1 };
  });
  return {
    coverage: { totalChars, readChars: totalChars - unread.length, pages, unread },
    summary: { documentType: 'Agreement', parties: [], keyPoints: [] },
    clauses: [{ category: 'Document Name', present: spans.length > 0, score: 1, source: 'builtin', spans }],
    missingClauses: [{ category: 'Governing Law', searched: ['laws of'] }],
    risks: [],
    obligations: [],
    riskScore: 0.5,
    confidenceScore: 1,
    droppedFindings: 0,
  };
}

function codePoints(text: string): number {
  return Array.from(text).length;
}
