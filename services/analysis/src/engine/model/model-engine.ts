import type { Review } from '../../domain/analysis.ts';
import { ModelFailure } from '../../domain/errors.ts';
import { SpanBuilder } from '../builtin/spans.ts';
import type { Engine, ReviewInput, ReviewOptions } from '../engine.ts';
import { type DocumentReading, readDocument } from './document-reading.ts';
import { mergeFindings } from './findings/merged-findings.ts';
import { sideBySide } from './findings/side-by-side.ts';
import { ModelCallError, type ModelCallErrorKind } from './model-call-error.ts';
import type { ModelClient } from './model-client.ts';
import { withRetries } from './model-retries.ts';
import { answerSchema } from './prompt/answer-schema.ts';
import { systemMessage, userMessage } from './prompt/instructions.ts';
import { cutSections } from './prompt/sections.ts';
import { estimateTokens } from './prompt/tokens.ts';
import { SectionReader } from './section-reader.ts';
import { charsIn, unreadRanges } from './unread-ranges.ts';
import { modelEngineVersion, promptSha256 } from './versions.ts';

export interface ModelEngineOptions {
  name: 'ollama' | 'openai';
  client: ModelClient;
  /** Its findings stand beside the model's. Whoever made it disposes of it. */
  builtin: Engine;
  /** Of prompt and answer together. */
  contextTokens: number;
  maxAnswerTokens: number;
  /** Calls at the same time, for each review. */
  concurrency: number;
  /** What one call may take. */
  callTimeoutMs: number;
  /** What all calls of a review together may take. */
  reviewTimeoutMs: number;
  /** Before the second try of a call; it doubles from try to try. */
  firstPauseMs?: number;
  longestPauseMs?: number;
}

/** A clause on the border of two sections is whole in one of them if it is no longer than this. */
const overlapChars = 800;
/** The share of the review's work that the built-in engine is taken to do. */
const builtinShare = 0.1;
/** How long the answer to "which model is it" is believed. */
const identityMs = 10_000;
const identifyTimeoutMs = 3000;

/** The name of the boundary does not matter for its length. */
const longestUserMessage = userMessage({ number: 99_999, count: 99_999, boundary: 'b'.repeat(40), text: '' });

const failureReasons: Readonly<Record<ModelCallErrorKind, string>> = {
  unreachable: 'model_unreachable',
  overloaded: 'model_unavailable',
  rate_limited: 'model_unavailable',
  timed_out: 'model_timed_out',
  refused: 'model_refused',
  too_long: 'model_context_too_small',
  unusable: 'model_answers_unusable',
};

/**
 * Has a language model read a contract, section by section, and puts what it found and the text bears out beside the
 * review of the built-in engine.
 *
 * `review` throws {@link ModelFailure} when the model read nothing, what the built-in engine throws, or the reason of its signal.
 */
export class ModelEngine implements Engine {
  readonly name: 'ollama' | 'openai';
  readonly modelUsed: string;
  readonly engineVersion: string;
  readonly rulesetVersion: string;
  readonly promptSha256: string;
  readonly #options: ModelEngineOptions;
  #identity: { model: string; at: number } | undefined;

  /** @throws {RangeError} if the context has no room for a section beside instructions and answer */
  constructor(options: ModelEngineOptions) {
    const { name, client, builtin } = options;
    this.name = name;
    this.modelUsed = client.model;
    this.engineVersion = `${modelEngineVersion}+builtin.${builtin.engineVersion}`;
    this.rulesetVersion = builtin.rulesetVersion;
    this.promptSha256 = promptSha256(options);
    this.#options = options;
    if (sectionTokens(options) < leastSectionTokens) {
      throw new RangeError(`a context of ${options.contextTokens} tokens has no room for a section of a contract`);
    }
  }

  async currentModel(): Promise<string> {
    if (this.#identity && performance.now() - this.#identity.at < identityMs) return this.#identity.model;
    try {
      const model = await this.#options.client.identify(AbortSignal.timeout(identifyTimeoutMs));
      this.#identity = { model, at: performance.now() };
      return model;
    } catch {
      // The review says what is wrong with the server; until then its name is all that is known of the model.
      return this.modelUsed;
    }
  }

  async review(input: ReviewInput, { signal, onProgress }: ReviewOptions): Promise<Review> {
    const { builtin } = this.#options;
    await this.#requireModel(signal);
    const own = await builtin.review(input, {
      signal,
      onProgress: ({ stage, fraction }) => onProgress({ stage, fraction: fraction * builtinShare }),
    });
    const reading = await this.#read(input, signal, (share) =>
      onProgress({ stage: 'model', fraction: builtinShare + share * (1 - builtinShare) }),
    );
    return reviewOf(input, own, reading);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.client[Symbol.dispose]();
  }

  /** Before the work begins, so that a server that is not there fails the review at once. */
  async #requireModel(signal: AbortSignal): Promise<void> {
    const { client, firstPauseMs = 500, longestPauseMs = 30_000 } = this.#options;
    try {
      await withRetries(
        async () => {
          const timeout = AbortSignal.timeout(identifyTimeoutMs);
          try {
            return await client.identify(AbortSignal.any([signal, timeout]));
          } catch (error) {
            signal.throwIfAborted();
            throw timeout.aborted ? new ModelCallError('timed_out', 'The model server does not answer.') : error;
          }
        },
        { firstPauseMs, longestPauseMs, signal },
      );
    } catch (error) {
      throw failureFor(error);
    }
  }

  async #read({ text, position = 'neutral' }: ReviewInput, signal: AbortSignal, onProgress: (share: number) => void) {
    const { concurrency, reviewTimeoutMs, firstPauseMs = 500, longestPauseMs = 30_000, ...rest } = this.#options;
    const sections = cutSections(text, { maxTokens: sectionTokens(this.#options), overlapChars }).filter(
      ({ start, end }) => text.slice(start, end).trim() !== '',
    );
    const reader = new SectionReader({ ...rest, firstPauseMs, longestPauseMs }, text, position);
    try {
      const reading = await readDocument(text, reader, {
        sections,
        overlapChars,
        concurrency,
        deadlineMs: reviewTimeoutMs,
        signal,
        onProgress,
      });
      const [failed] = reading.unread;
      if (reading.read.length === 0 && failed?.error) throw failed.error;
      return reading;
    } catch (error) {
      throw failureFor(error);
    }
  }
}

const leastSectionTokens = 256;

/** What is left of the context for a section. */
function sectionTokens({ contextTokens, maxAnswerTokens }: ModelEngineOptions): number {
  // Some servers put the schema into the prompt; the chat template takes a few tokens too.
  const told = estimateTokens(systemMessage('neutral') + longestUserMessage + JSON.stringify(answerSchema)) + 64;
  return contextTokens - maxAnswerTokens - told;
}

function failureFor(error: unknown): unknown {
  if (!(error instanceof ModelCallError)) return error;
  return new ModelFailure(
    failureReasons[error.kind],
    `The language model did not review the contract. ${error.message}`,
  );
}

function reviewOf({ text, pages }: ReviewInput, own: Review, reading: DocumentReading): Review {
  const spans = new SpanBuilder(text, pages);
  const missed = unreadRanges(text, reading, spans);
  const review = sideBySide(
    own,
    mergeFindings(reading.read.map(({ findings }) => findings)),
    spans,
    missed.length === 0,
  );
  const unread = [...own.coverage.unread, ...missed].toSorted((a, b) => a.start - b.start);
  const readChars = Math.min(own.coverage.readChars, own.coverage.totalChars - charsIn(unread));
  return {
    ...review,
    coverage: { ...own.coverage, readChars, unread },
  };
}
