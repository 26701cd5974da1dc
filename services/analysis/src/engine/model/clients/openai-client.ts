import { z } from 'zod';
import type { HttpEndpoint } from '../endpoint/http-endpoint.ts';
import { ModelCallError } from '../model-call-error.ts';
import type { ModelClient, ModelQuestion } from '../model-client.ts';
import { parseMessage } from './parse-message.ts';

/** The answer of `POST /v1/chat/completions`. */
const completion = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
});

export interface OpenAiClientOptions {
  model: string;
  /** Reasoning models take no temperature and no seed, and count their thoughts into `max_completion_tokens`. */
  isReasoning: boolean;
}

/** A model behind any server that speaks OpenAI's Chat Completions with structured outputs. */
export class OpenAiClient implements ModelClient {
  readonly model: string;
  readonly #endpoint: HttpEndpoint;
  readonly #isReasoning: boolean;

  constructor(endpoint: HttpEndpoint, { model, isReasoning }: OpenAiClientOptions) {
    this.#endpoint = endpoint;
    this.model = model;
    this.#isReasoning = isReasoning;
  }

  /** The protocol tells no digest, so the name has to do. */
  async identify(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    return this.model;
  }

  async answer(question: ModelQuestion, signal: AbortSignal): Promise<string> {
    const text = await this.#endpoint.post('/chat/completions', this.#body(question), signal);
    const [choice] = parseMessage(completion, text).choices;
    if (choice?.finish_reason === 'length') {
      throw new ModelCallError('too_long', "The section and its findings do not fit into the model's context.");
    }
    const content = choice?.message.content;
    if (choice?.message.refusal || !content) {
      throw new ModelCallError('unusable', 'The model refused to review a section, or said nothing.');
    }
    return content;
  }

  [Symbol.dispose](): void {
    this.#endpoint[Symbol.dispose]();
  }

  #body({ system, user, schema, maxAnswerTokens, seed }: ModelQuestion): object {
    return {
      model: this.model,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: user },
      ],
      response_format: { type: 'json_schema', json_schema: { name: 'contract_review', strict: true, schema } },
      ...(this.#isReasoning
        ? { max_completion_tokens: maxAnswerTokens }
        : { max_tokens: maxAnswerTokens, temperature: 0, seed }),
    };
  }
}
