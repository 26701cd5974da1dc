import { z } from 'zod';
import { positions, riskLevels } from '../../../domain/analysis.ts';
import { cuadCategories, supplementaryTopics, type Topic } from '../clauses/categories.ts';
import { PhraseMatcher } from '../clauses/phrase.ts';
import { findDurations } from '../expressions/durations.ts';

/** The version of the format that this program reads. */
const formatVersion = 1;

const topic = z.enum([...cuadCategories, ...supplementaryTopics], {
  error: ({ input }) => `${JSON.stringify(input)} is no clause that is looked for`,
});

const phrase = z.string().superRefine((text, context) => {
  try {
    new PhraseMatcher([text]);
  } catch (error) {
    context.addIssue({ code: 'custom', message: `not a phrase: ${(error as Error).message}` });
  }
});
const phrases = z.array(phrase).min(1);

const lengthOfTime = z.string().refine(
  (text) => {
    const [found] = findDurations(text);
    return found !== undefined && found.start === 0 && found.end === text.length;
  },
  { error: 'must be a length of time such as 30 days, 6 months or 1 year' },
);
const above = z.number().nonnegative();

/** Each kind of condition, by the key that names it. */
const conditionSchemas = {
  found: z.strictObject({ found: topic }),
  absent: z.strictObject({ absent: topic }),
  missing: z.strictObject({ missing: topic }),
  says: z.strictObject({ says: phrases, unless: phrases.optional(), in: topic.optional() }),
  silent: z.strictObject({ silent: topic, on: phrases }),
  duration: z
    .strictObject({ duration: topic, longer_than: lengthOfTime.optional(), shorter_than: lengthOfTime.optional() })
    .refine((value) => (value.longer_than === undefined) !== (value.shorter_than === undefined), {
      error: 'takes one of longer_than and shorter_than',
    }),
  amount: z
    .strictObject({ amount: topic, above: above.optional(), below: above.optional() })
    .refine((value) => (value.above === undefined) !== (value.below === undefined), {
      error: 'takes one of above and below',
    }),
  percentage: z.strictObject({ percentage: phrases, above, unless: phrases.optional() }),
  one_sided: z.strictObject({
    one_sided: topic,
    where: phrases.optional(),
    also: phrases.optional(),
    unless: phrases.optional(),
  }),
  open: z.strictObject({ open: z.literal('options') }),
  unattached: z.strictObject({ unattached: z.literal('annexes') }),
  all: z.strictObject({ all: z.lazy(() => z.array(condition).min(1)) }),
  any: z.strictObject({ any: z.lazy(() => z.array(condition).min(1)) }),
  not: z.strictObject({ not: z.lazy(() => condition) }),
} as const;

/**
 * What must hold for a rule to apply; see docs/ruleset.md. A condition that holds names the passages that show it, or the clauses
 * that were searched for in vain.
 */
export type Condition =
  | { found: Topic }
  | { absent: Topic }
  | { missing: Topic }
  | { says: string[]; unless?: string[] | undefined; in?: Topic | undefined }
  | { silent: Topic; on: string[] }
  | { duration: Topic; longer_than?: string | undefined; shorter_than?: string | undefined }
  | { amount: Topic; above?: number | undefined; below?: number | undefined }
  | { percentage: string[]; above: number; unless?: string[] | undefined }
  | {
      one_sided: Topic;
      where?: string[] | undefined;
      also?: string[] | undefined;
      unless?: string[] | undefined;
    }
  | { open: 'options' }
  | { unattached: 'annexes' }
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition };

const kinds = Object.keys(conditionSchemas) as (keyof typeof conditionSchemas)[];

/** Chooses the schema by the key, so that an error speaks of the condition that was meant and not of every kind there is. */
const condition: z.ZodType<Condition> = z.record(z.string(), z.unknown()).transform((value, context): Condition => {
  const named = kinds.filter((kind) => kind in value);
  const [kind] = named;
  if (kind === undefined || named.length > 1) {
    context.addIssue({ code: 'custom', message: `a condition has exactly one of ${kinds.join(', ')}` });
    return z.NEVER;
  }
  const parsed = conditionSchemas[kind].safeParse(value);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) context.addIssue({ code: 'custom', path, message });
  return z.NEVER;
});

const sentence = z.string().min(1);
const level = z.enum(riskLevels);
const burdened = z.enum(['actor', 'other', 'giver', 'liable', 'claimant', 'remedied', 'bound', 'changing']);
/** Whom the passages of a rule burden; docs/ruleset.md says what each means. */
export type Burdened = z.infer<typeof burdened>;
const position = z.enum(positions);
const id = z.string().regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, { error: 'must be in kebab case: lower-case-words' });

const ruleFields = {
  level,
  level_for: z.partialRecord(position, level).optional(),
  positions: z.array(position).min(1).optional(),
  burdens: burdened.optional(),
  supersedes: z.array(id).min(1).optional(),
  title: sentence,
  reason: sentence,
  ask_for: sentence,
  when: condition,
};

/** A risk, as data: when it is there, for whom, why it matters and what to ask for. */
const rule = z.strictObject({ id, ...ruleFields });
export type RiskRule = z.infer<typeof rule>;

const weight = z.number().min(0).lt(1);
const weights = z.strictObject({ high: weight, medium: weight, low: weight, info: weight });
const roleWords = z.array(z.string().min(2).toLowerCase());
const roles = z.strictObject({
  customer: roleWords,
  supplier: roleWords,
  licensor: roleWords,
  licensee: roleWords,
});

const version = z.literal(formatVersion, { error: `must be ${formatVersion}, the version of the format` });

/** A whole ruleset. */
export const rulesetSchema = z.strictObject({
  version,
  edition: z.string().regex(/^[\w.-]{1,32}$/),
  weights,
  roles,
  rules: z.array(rule).min(1),
});
export type Ruleset = z.infer<typeof rulesetSchema>;

/** An organization's own: rules of its own, and parts of the built-in rules by their ids. */
export const ownRulesetSchema = z.strictObject({
  version,
  weights: weights.partial().optional(),
  roles: roles.partial().optional(),
  rules: z.array(z.strictObject({ id, disabled: z.boolean().optional(), ...z.object(ruleFields).partial().shape })),
});
export type OwnRuleset = z.infer<typeof ownRulesetSchema>;

/** A new rule of an organization's, which must be whole. */
export const wholeRuleSchema = rule;
