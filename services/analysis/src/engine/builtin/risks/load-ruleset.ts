import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { mergeRulesets } from './merge-rulesets.ts';
import { ownRulesetSchema, type Ruleset, rulesetSchema } from './ruleset-schema.ts';

/** A ruleset file cannot be used; the message names the file, the rule and the field of everything that is wrong. */
export class RulesetError extends Error {
  override readonly name = 'RulesetError';
}

/** The rules that risks are found by, and what identifies them. */
export interface LoadedRuleset {
  ruleset: Ruleset;
  /** Of the built-in file. */
  builtinSha256: string;
  /** Of the organization's own, if there is one. */
  ownSha256?: string;
}

const builtinFile = fileURLToPath(new URL('./ruleset.yaml', import.meta.url));

/**
 * Reads the built-in ruleset and merges an organization's own over it.
 *
 * @param ownFile path of the organization's file, as docs/ruleset.md describes it
 * @throws {RulesetError}
 */
export function loadRuleset(ownFile?: string): LoadedRuleset {
  const text = read(builtinFile);
  const builtin = parse(builtinFile, text, rulesetSchema);
  const builtinSha256 = sha256(text);
  if (ownFile === undefined) return { ruleset: checked(builtinFile, builtin), builtinSha256 };
  const ownText = read(ownFile);
  const own = parse(ownFile, ownText, ownRulesetSchema);
  const { ruleset, problems } = mergeRulesets(builtin, own);
  if (problems.length > 0) throw refusal(ownFile, problems);
  return {
    ruleset: checked(ownFile, ruleset, new Set(builtin.rules.map(({ id }) => id))),
    builtinSha256,
    ownSha256: sha256(ownText),
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw refusal(file, [`cannot be read (${(error as NodeJS.ErrnoException).code})`]);
  }
}

function parse<T>(file: string, text: string, schema: z.ZodType<T>): T {
  const document = parseDocument(text);
  const [syntaxError] = document.errors;
  // The rest follow from the first.
  if (syntaxError) throw refusal(file, [syntaxError.message.split('\n')[0] ?? syntaxError.code]);
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    throw refusal(
      file,
      parsed.error.issues.map((issue) => describeIssue(issue, value)),
    );
  return parsed.data;
}

/** Two rules of one id would hide each other, and one that supersedes nothing is misspelled. */
function checked(file: string, ruleset: Ruleset, known = new Set<string>()): Ruleset {
  const ids = ruleset.rules.map(({ id }) => id);
  const problems = [
    ...ids.filter((id, index) => ids.indexOf(id) < index).map((id) => `rule ${id}: there is another rule of this id`),
    ...ruleset.rules.flatMap(({ id, supersedes = [] }) =>
      supersedes
        .filter((other) => !ids.includes(other) && !known.has(other))
        .map((other) => `rule ${id}: supersedes: there is no rule ${other}`),
    ),
  ];
  if (problems.length > 0) throw refusal(file, problems);
  return ruleset;
}

/** An issue with the id of the rule in the place of its index. */
function describeIssue({ path, message }: Pick<z.core.$ZodIssue, 'path' | 'message'>, value: unknown): string {
  const [list, index, ...field] = path;
  if (list !== 'rules' || typeof index !== 'number') return [path.join('.') || 'the file', message].join(': ');
  const id = (value as { rules?: { id?: unknown }[] }).rules?.[index]?.id;
  const rule = typeof id === 'string' ? `rule ${id}` : `rule number ${index + 1}`;
  return [rule, ...(field.length > 0 ? [field.join('.')] : []), message].join(': ');
}

function refusal(file: string, problems: readonly string[]): RulesetError {
  return new RulesetError(`The ruleset ${file} cannot be used:\n  ${problems.join('\n  ')}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
