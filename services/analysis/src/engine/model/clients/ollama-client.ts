import { z } from 'zod';
import type { HttpEndpoint } from '../endpoint/http-endpoint.ts';
import { ModelCallError } from '../model-call-error.ts';
import type { ModelClient, ModelQuestion } from '../model-client.ts';
import { parseMessage } from './parse-message.ts';

/** A line of the answer of `POST /api/chat`. */
const chatLine = z.object({
  message: z.object({ content: z.string() }).optional(),
  done: z.boolean().optional(),
  done_reason: z.string().optional(),
  prompt_eval_count: z.number().optional(),
  error: z.string().optional(),
});

/** The answer of `GET /api/tags`. */
const tags = z.object({ models: z.array(z.object({ name: z.string(), digest: z.string() })) });

/**
 * A model of an Ollama server, by its own API (`/api/chat`), because the OpenAI-compatible one cannot set the context
 * size, and Ollama silently cuts off what does not fit.
 */
export class OllamaClient implements ModelClient {
  readonly model: string;
  readonly #endpoint: HttpEndpoint;

  constructor(endpoint: HttpEndpoint, model: string) {
    this.#endpoint = endpoint;
    this.model = model;
  }

  async identify(signal: AbortSignal): Promise<string> {
    const { models } = parseMessage(tags, await this.#endpoint.get('/api/tags', signal));
    const name = this.model.includes(':') ? this.model : `${this.model}:latest`;
    const found = models.find((each) => each.name === name);
    if (!found) {
      throw new ModelCallError('refused', `The Ollama server has no model ${name}: ollama pull ${name}`);
    }
    return `${this.model}@sha256:${found.digest.replace(/^sha256:/, '')}`;
  }

  async answer(question: ModelQuestion, signal: AbortSignal): Promise<string> {
    let content = '';
    for await (const line of this.#endpoint.postForLines('/api/chat', this.#body(question), signal)) {
      if (line.trim() === '') continue;
      const step = parseMessage(chatLine, line);
      if (step.error !== undefined) {
        throw new ModelCallError('overloaded', 'The model server reports an error in the midst of its answer.');
      }
      content += step.message?.content ?? '';
      if (step.done) {
        if (didNotFit(step, question)) {
          throw new ModelCallError('too_long', "The section and its findings do not fit into the model's context.");
        }
        return content;
      }
    }
    throw new ModelCallError('unreachable', 'The answer of the model server broke off.');
  }

  [Symbol.dispose](): void {
    this.#endpoint[Symbol.dispose]();
  }

  #body({ system, user, schema, maxAnswerTokens, contextTokens, seed }: ModelQuestion): object {
    return {
      model: this.model,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: user },
      ],
      format: schema,
      // Servers that know it answer with an error instead of dropping the beginning of a prompt.
      truncate: false,
      options: { num_ctx: contextTokens, num_predict: maxAnswerTokens, temperature: 0, seed },
    };
  }
}

/** The answer was cut off; or so much was read that no room was left for one, so the prompt was cut. */
function didNotFit(
  { done_reason, prompt_eval_count = 0 }: z.infer<typeof chatLine>,
  { contextTokens, maxAnswerTokens }: ModelQuestion,
): boolean {
  return done_reason === 'length' || prompt_eval_count > contextTokens - maxAnswerTokens;
}
