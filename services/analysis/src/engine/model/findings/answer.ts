import { z } from 'zod';
import { withoutHiddenCharacters } from '../../builtin/text/hidden-characters.ts';
import { ModelCallError } from '../model-call-error.ts';
import { answerCategories, answerLevels, answerTopics } from '../prompt/answer-schema.ts';

/** Whatever is longer is no sentence any more. */
function text(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .transform((value) => withoutHiddenCharacters(value).replace(/\s+/g, ' ').trim());
}

const quote = z.string().min(1).max(4000);

const clause = z.object({ category: z.enum(answerCategories), value: text(300), quote });
const risk = z.object({
  topic: z.enum(answerTopics),
  level: z.enum(answerLevels),
  title: text(160).pipe(z.string().min(1)),
  reason: text(800).pipe(z.string().min(1)),
  ask_for: text(800),
  quote,
});
const obligation = z.object({
  party: text(160).pipe(z.string().min(1)),
  action: text(400).pipe(z.string().min(1)),
  due: text(200),
  condition: text(400),
  quote,
});

export type AnsweredClause = z.infer<typeof clause>;
export type AnsweredRisk = z.infer<typeof risk>;
export type AnsweredObligation = z.infer<typeof obligation>;

/** What a model says about a section: the right shape and size, and otherwise unchecked. */
export interface Answer {
  clauses: AnsweredClause[];
  risks: AnsweredRisk[];
  obligations: AnsweredObligation[];
  /** Findings without the right shape, or above the number that a section may have. */
  droppedFindings: number;
}

/** Of each kind, in one section. */
const mostFindings = 60;
/** The answer that was asked for has four levels; text in quotes that looks like more only costs a refusal. */
const deepest = 16;

const lists = z.object({
  clauses: z.array(z.unknown()),
  risks: z.array(z.unknown()),
  obligations: z.array(z.unknown()),
});

/**
 * Reads an answer. A finding of the wrong shape is dropped and counted; an answer of the wrong shape is no answer.
 *
 * @throws {ModelCallError} unusable
 */
export function parseAnswer(json: string): Answer {
  const { clauses, risks, obligations } = listsOf(json);
  const answer: Answer = { clauses: [], risks: [], obligations: [], droppedFindings: 0 };
  const keep = <Finding>(schema: z.ZodType<Finding>, from: readonly unknown[], into: Finding[]) => {
    for (const each of from.slice(0, mostFindings)) {
      const { success, data } = schema.safeParse(each);
      if (success) into.push(data);
    }
    answer.droppedFindings += from.length - into.length;
  };
  keep(clause, clauses, answer.clauses);
  keep(risk, risks, answer.risks);
  keep(obligation, obligations, answer.obligations);
  return answer;
}

function listsOf(json: string): z.infer<typeof lists> {
  if (depthOf(json) > deepest) throw new ModelCallError('unusable', 'The answer of the model is nested too deeply.');
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ModelCallError('unusable', 'The answer of the model is not JSON.', { cause });
  }
  const { success, data, error } = lists.safeParse(value);
  if (!success) throw new ModelCallError('unusable', 'The answer of the model is not of the schema.', { cause: error });
  return data;
}

/** How deeply brackets are nested outside of strings, without recursion. */
function depthOf(json: string): number {
  let depth = 0;
  let deepestSeen = 0;
  let isInString = false;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '"') isInString = !isInString;
    else if (isInString) at += character === '\\' ? 1 : 0;
    else if (character === '[' || character === '{') deepestSeen = Math.max(deepestSeen, ++depth);
    else if (character === ']' || character === '}') depth--;
  }
  return deepestSeen;
}
