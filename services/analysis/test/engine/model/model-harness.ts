import type { Review } from '../../../src/domain/analysis.ts';
import { BuiltinEngine } from '../../../src/engine/builtin/builtin-engine.ts';
import type { ReviewInput } from '../../../src/engine/engine.ts';
import { OllamaClient } from '../../../src/engine/model/clients/ollama-client.ts';
import { OpenAiClient } from '../../../src/engine/model/clients/openai-client.ts';
import { HttpEndpoint } from '../../../src/engine/model/endpoint/http-endpoint.ts';
import { ModelEngine, type ModelEngineOptions } from '../../../src/engine/model/model-engine.ts';
import { ModelServer, type Script } from './model-server.ts';

/** An engine of the product before a server of ours, with times that a test has. */
export interface ModelHarness extends AsyncDisposable {
  server: ModelServer;
  engine: ModelEngine;
  review(text: string, options?: { signal?: AbortSignal; onProgress?: (stage: string) => void }): Promise<Review>;
}

export interface HarnessOptions extends Partial<Omit<ModelEngineOptions, 'name' | 'client'>> {
  builtin: ModelEngineOptions['builtin'];
  protocol?: 'ollama' | 'openai';
  baseUrl?: URL;
}

export async function openModel(script: Script, options: HarnessOptions): Promise<ModelHarness> {
  await using stack = new AsyncDisposableStack();
  const { protocol = 'ollama', baseUrl, builtin, ...rest } = options;
  const server = stack.use(await ModelServer.start(script));
  const url = baseUrl ?? new URL(protocol === 'ollama' ? '/' : '/v1', server.url);
  const endpoint = new HttpEndpoint({ baseUrl: url, authorization: 'Bearer key-of-ours', maxAnswerBytes: 200_000 });
  const client =
    protocol === 'ollama'
      ? new OllamaClient(endpoint, 'llama3.2:3b')
      : new OpenAiClient(endpoint, { model: 'gpt-test', isReasoning: false });
  const engine = stack.use(
    new ModelEngine({
      name: protocol,
      client,
      builtin,
      contextTokens: 8192,
      maxAnswerTokens: 1024,
      concurrency: 2,
      callTimeoutMs: 1000,
      reviewTimeoutMs: 20_000,
      firstPauseMs: 5,
      longestPauseMs: 50,
      ...rest,
    }),
  );
  const acquired = stack.move();
  return {
    server,
    engine,
    review: (text, { signal = new AbortController().signal, onProgress = () => undefined } = {}) =>
      engine.review(inputOf(text), { signal, onProgress: ({ stage }) => onProgress(stage) }),
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

/** The built-in engine with its thread begun, which takes its time and is not what is tested. */
export async function warmBuiltin(): Promise<BuiltinEngine> {
  const builtin = new BuiltinEngine({ threads: 1, maxWaiting: 64 });
  await builtin.review(inputOf('An agreement.'), { signal: new AbortController().signal, onProgress: () => undefined });
  return builtin;
}

export function inputOf(text: string): ReviewInput {
  return { text, pages: [{ page: 1, start: 0, end: Array.from(text).length }] };
}

/** What must hold of every review, whoever wrote it: each quote stands at its range, and what is not read is said. */
export function faultsOf(text: string, review: Review): string[] {
  const characters = Array.from(text);
  const spans = [...review.clauses, ...review.risks, ...review.obligations].flatMap((finding) => finding.spans);
  return spans
    .filter(({ start, end, quote }) => start >= end || characters.slice(start, end).join('') !== quote)
    .map(({ start, end, quote }) => `${start}..${end} is not "${quote}"`);
}

export function ofModel<Finding extends { source?: string }>(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ source }) => source === 'model');
}
