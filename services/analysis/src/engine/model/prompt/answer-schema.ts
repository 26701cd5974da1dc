import { cuadCategories, supplementaryTopics } from '../../builtin/clauses/categories.ts';

export const answerCategories = [...cuadCategories];
export const answerTopics = [...cuadCategories, ...supplementaryTopics, 'Other'];
/** `info` is not among them: what is no risk is not to be reported as one. */
export const answerLevels = ['high', 'medium', 'low'] as const;

const text = { type: 'string' };

/** Every property is required and no other allowed, because OpenAI's strict mode takes nothing else. */
function strict(properties: Readonly<Record<string, object>>): object {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function listOf(properties: Readonly<Record<string, object>>): object {
  return { type: 'array', items: strict(properties) };
}

/**
 * JSON Schema of what a model answers about a section. Bounds on sizes are missing on purpose: servers differ in which
 * of them they know, so the answer is held to them when it is read.
 */
export const answerSchema = strict({
  clauses: listOf({ category: { type: 'string', enum: answerCategories }, value: text, quote: text }),
  risks: listOf({
    topic: { type: 'string', enum: answerTopics },
    level: { type: 'string', enum: [...answerLevels] },
    title: text,
    reason: text,
    ask_for: text,
    quote: text,
  }),
  obligations: listOf({ party: text, action: text, due: text, condition: text, quote: text }),
});
