import { randomBytes } from 'node:crypto';
import type { Position } from '../../domain/analysis.ts';
import type { TextRange } from '../builtin/spans.ts';
import { withoutHiddenCharacters } from '../builtin/text/hidden-characters.ts';
import { parseAnswer } from './findings/answer.ts';
import { type LocatedFindings, locateFindings, type ReviewedDocument, wordsOf } from './findings/located-findings.ts';
import { ModelCallError } from './model-call-error.ts';
import type { ModelClient } from './model-client.ts';
import { withRetries } from './model-retries.ts';
import { answerSchema } from './prompt/answer-schema.ts';
import { withoutChatMarkers } from './prompt/chat-markers.ts';
import { systemMessage, userMessage } from './prompt/instructions.ts';
import { QuoteLocator } from './quotes/quote-locator.ts';

export interface SectionReaderOptions {
  client: ModelClient;
  contextTokens: number;
  maxAnswerTokens: number;
  /** What one call may take. */
  callTimeoutMs: number;
  firstPauseMs: number;
  longestPauseMs: number;
}

/** A section, and which of how many it is. */
export interface NumberedSection {
  range: TextRange;
  /** From 1. */
  number: number;
  count: number;
}

/** Has a model read one section of a document. */
export class SectionReader {
  readonly #options: SectionReaderOptions;
  readonly #document: ReviewedDocument;
  readonly #system: string;

  constructor(options: SectionReaderOptions, text: string, position: Position) {
    this.#options = options;
    this.#document = { text, words: wordsOf(text), boundary: newBoundary(text) };
    this.#system = systemMessage(position);
  }

  /** @throws {ModelCallError} when the model could not be brought to a usable answer @throws the signal's reason */
  async read({ range, number, count }: NumberedSection, signal: AbortSignal): Promise<LocatedFindings> {
    const { firstPauseMs, longestPauseMs, client, maxAnswerTokens, contextTokens } = this.#options;
    const document = this.#document;
    const text = withoutChatMarkers(withoutHiddenCharacters(document.text.slice(range.start, range.end)));
    const question = {
      system: this.#system,
      user: userMessage({ number, count, boundary: document.boundary, text }),
      schema: answerSchema,
      maxAnswerTokens,
      contextTokens,
    };
    const answer = await withRetries(
      async (attempt) =>
        parseAnswer(await this.#inTime((inTime) => client.answer({ ...question, seed: attempt }, inTime), signal)),
      { firstPauseMs, longestPauseMs, signal },
    );
    return locateFindings(answer, new QuoteLocator(document.text, range), document);
  }

  async #inTime<T>(call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { callTimeoutMs } = this.#options;
    const timeout = AbortSignal.timeout(callTimeoutMs);
    try {
      return await call(AbortSignal.any([signal, timeout]));
    } catch (error) {
      signal.throwIfAborted();
      if (!timeout.aborted) throw error;
      throw new ModelCallError(
        'timed_out',
        `The model server did not answer within ${Math.ceil(callTimeoutMs / 1000)} seconds.`,
        { cause: error },
      );
    }
  }
}

/** 144 random bits, so that a contract cannot have a line that ends it. */
function newBoundary(text: string): string {
  const boundary = `CONTRACT-${randomBytes(18).toString('base64url')}`;
  return text.includes(boundary) ? newBoundary(text) : boundary;
}
