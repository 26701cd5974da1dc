import type { WorkerPool } from '@contract-reviewer/platform/telemetry/worker-metrics';
import type { EngineName, PageRange, Position, Review } from '../domain/analysis.ts';

export interface ReviewInput {
  /** The document's text, whole; offsets in the review count its Unicode code points. */
  text: string;
  pages: readonly PageRange[];
  /** Whose side the review takes; neutral when absent. */
  position?: Position;
}

export interface ReviewProgress {
  /** What is being done now, as a word: `segmenting`, `clauses`, `risks`... */
  stage: string;
  /** Share of the work done, in [0, 1], never falling. */
  fraction: number;
}

export interface ReviewOptions {
  /** Ends the review: the promise rejects with the signal's reason within about a second. */
  signal: AbortSignal;
  onProgress: (progress: ReviewProgress) => void;
}

/**
 * Reads a whole document and reports what it found.
 *
 * Every span of the answer must resolve, in `input.text`, to exactly its quote. What was not read must be listed in
 * `coverage.unread`. The same input and the same `engineVersion` and `rulesetVersion` give the same review.
 */
export interface Engine extends AsyncDisposable {
  readonly name: EngineName;
  /** What the results name as `model_used`. */
  readonly modelUsed: string;
  readonly engineVersion: string;
  readonly rulesetVersion: string;
  /** Of all that a language model is told but the contract; absent for an engine without one. */
  readonly promptSha256?: string;
  /** The threads in which it reviews, as they are at the moment; absent for an engine that has none of its own. */
  readonly workers?: WorkerPool;

  /** `modelUsed` with the digest of the model that would review now, where that can be told. Never rejects. */
  currentModel?(): Promise<string>;

  review(input: ReviewInput, options: ReviewOptions): Promise<Review>;
}
