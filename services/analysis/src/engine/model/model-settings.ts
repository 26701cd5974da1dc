import { flag, httpUrl, integer } from '@contract-reviewer/platform/config';
import { z } from 'zod';

/** The settings of the engines that ask a language model. */
export const modelSettings = {
  /** Where the engine `ollama` finds its server, such as http://127.0.0.1:11434. Absent: it is refused. */
  OLLAMA_BASE_URL: httpUrl.optional(),
  /** The model of the engine `ollama`. */
  OLLAMA_MODEL: z.string().min(1).default('llama3.2:3b'),
  /** Where the engine `openai` finds its server, such as https://api.openai.com/v1. Absent: it is refused. */
  OPENAI_BASE_URL: httpUrl.optional(),
  /** The model of the engine `openai`; without it that is refused. */
  OPENAI_MODEL: z.string().min(1).optional(),
  /** The key for that server. Absent: it asks for none. */
  OPENAI_API_KEY: z.string().min(1).optional(),
  /** Whether the model of the engine `openai` is a reasoning one: those take no temperature and no seed. */
  OPENAI_REASONING: flag.default(false),
  /** What a model takes in at once, prompt and answer together. Ollama is told; an OpenAI-compatible server must have it. */
  MODEL_CONTEXT_TOKENS: integer(4096, 1_000_000).default(8192),
  /** How much of the context is kept for the answer. */
  MODEL_ANSWER_TOKENS: integer(256, 32_768).default(2048),
  /** Analyses by language models that this process works on at the same time, beside those of the built-in engine. */
  MODEL_ANALYSIS_CONCURRENCY: integer(1, 64).default(2),
  /** Sections of one document that a model is asked about at the same time. */
  MODEL_CALL_CONCURRENCY: integer(1, 32).default(2),
  /** What one answer may take. */
  MODEL_CALL_SECONDS: integer(1, 900).default(120),
  /** What all answers about one document may take; what was not read by then is listed as unread. */
  MODEL_REVIEW_SECONDS: integer(1, 2400).default(1800),
};
