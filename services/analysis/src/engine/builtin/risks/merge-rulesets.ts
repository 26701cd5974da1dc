import { type OwnRuleset, type RiskRule, type Ruleset, wholeRuleSchema } from './ruleset-schema.ts';

/**
 * Lays an organization's rules over the built-in ones: a rule of a known id replaces the fields that it names or, disabled, goes; one
 * of a new id is added at the end and must be whole.
 *
 * @returns the merged rules, and a line for each rule that cannot be used
 */
export function mergeRulesets(builtin: Ruleset, own: OwnRuleset): { ruleset: Ruleset; problems: string[] } {
  const rules = new Map(builtin.rules.map((rule): [string, RiskRule] => [rule.id, rule]));
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const { disabled, ...fields } of own.rules) {
    if (seen.has(fields.id)) problems.push(`rule ${fields.id}: there is another rule of this id`);
    seen.add(fields.id);
    const overridden = rules.get(fields.id);
    if (disabled) {
      if (!overridden) problems.push(`rule ${fields.id}: disabled: there is no built-in rule of this id`);
      rules.delete(fields.id);
      continue;
    }
    const whole = wholeRuleSchema.safeParse({ ...overridden, ...fields });
    if (whole.success) rules.set(fields.id, whole.data);
    else
      problems.push(
        ...whole.error.issues.map(({ path, message }) => `rule ${fields.id}: ${path.join('.')}: ${message}`),
      );
  }
  const ruleset = {
    ...builtin,
    weights: { ...builtin.weights, ...given(own.weights) },
    roles: { ...builtin.roles, ...given(own.roles) },
    rules: [...rules.values()],
  };
  return { ruleset, problems };
}

/** The properties that have a value. */
function given<T extends object>(values: T | undefined): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  const entries = Object.entries(values ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]?: Exclude<T[Key], undefined> };
}
