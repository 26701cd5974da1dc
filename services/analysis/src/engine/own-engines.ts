import type { Config } from '../config.ts';
import { BuiltinEngine } from './builtin/builtin-engine.ts';
import type { Engine } from './engine.ts';
import type { Engines, MissingSettings } from './engines.ts';
import { OllamaClient } from './model/clients/ollama-client.ts';
import { OpenAiClient } from './model/clients/openai-client.ts';
import { HttpEndpoint } from './model/endpoint/http-endpoint.ts';
import type { ModelClient } from './model/model-client.ts';
import { ModelEngine } from './model/model-engine.ts';

/** The largest answer about a section that is read to its end; what is asked for has a tenth of it. */
const maxAnswerBytes = 1_000_000;

/** The engines that the settings call for. */
export function makeOwnEngines(config: Config): Engines {
  const builtin = new BuiltinEngine({ threads: config.ENGINE_THREADS, rulesetFile: config.RULESET_FILE });
  return { builtin, ollama: ollamaEngine(config, builtin), openai: openAiEngine(config, builtin) };
}

function ollamaEngine(config: Config, builtin: Engine): Engine | MissingSettings {
  const { OLLAMA_BASE_URL: baseUrl, OLLAMA_MODEL: model } = config;
  if (!baseUrl) return { missingSettings: ['OLLAMA_BASE_URL'] };
  return modelEngine(config, builtin, 'ollama', new OllamaClient(new HttpEndpoint({ baseUrl, maxAnswerBytes }), model));
}

function openAiEngine(config: Config, builtin: Engine): Engine | MissingSettings {
  const { OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model, OPENAI_API_KEY: key, OPENAI_REASONING: isReasoning } = config;
  if (!baseUrl || !model) {
    const missing = { OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model };
    return { missingSettings: Object.entries(missing).flatMap(([name, value]) => (value ? [] : [name])) };
  }
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const endpoint = new HttpEndpoint({ baseUrl, maxAnswerBytes, ...authorization });
  return modelEngine(config, builtin, 'openai', new OpenAiClient(endpoint, { model, isReasoning }));
}

function modelEngine(config: Config, builtin: Engine, name: 'ollama' | 'openai', client: ModelClient): ModelEngine {
  return new ModelEngine({
    name,
    client,
    builtin,
    contextTokens: config.MODEL_CONTEXT_TOKENS,
    maxAnswerTokens: config.MODEL_ANSWER_TOKENS,
    concurrency: config.MODEL_CALL_CONCURRENCY,
    callTimeoutMs: config.MODEL_CALL_SECONDS * 1000,
    reviewTimeoutMs: config.MODEL_REVIEW_SECONDS * 1000,
  });
}
