import type { MissingClause, Position, Reference, Risk, RiskLevel } from '../../../domain/analysis.ts';
import { riskLevels } from '../../../domain/analysis.ts';
import type { Actors } from '../actors.ts';
import type { Topic } from '../clauses/categories.ts';
import type { SpanBuilder } from '../spans.ts';
import type { Segment } from '../text/segmentation.ts';
import { bearerOf, levelOf } from './bearing.ts';
import { type ConditionFacts, compileCondition, type Evidence } from './conditions.ts';
import type { RiskRule, Ruleset } from './ruleset-schema.ts';
import { type Bearer, Sides } from './sides.ts';

/** What the rules are evaluated on. */
export interface RiskFacts extends Omit<ConditionFacts, 'concerns'> {
  /** Whose side the review takes. */
  position: Position;
  actors: Actors;
  /** What was done to find a clause that is not there. */
  searchOf: (topic: Topic) => MissingClause;
  /** What a passage refers to. */
  referencesOf: (segment: Segment) => Reference[];
}

/** Passages quoted for one risk, and references of theirs named, at most. */
const mostPassages = 5;
const mostReferences = 5;

/** What a rule found, and how grave it is to the reviewer. */
interface Finding extends Evidence {
  level: RiskLevel;
}

/** A rule whose condition is ready to be evaluated. */
interface CompiledRule {
  rule: RiskRule;
  evaluate: (facts: ConditionFacts) => Evidence | undefined;
}

/** Evaluates a set of rules; compiled once, used for any number of documents. */
export class RiskRules {
  readonly #rules: readonly CompiledRule[];
  readonly #roles: Ruleset['roles'];

  constructor({ rules, roles }: Pick<Ruleset, 'rules' | 'roles'>) {
    this.#rules = rules.map((rule) => ({ rule, evaluate: compileCondition(rule.when) }));
    this.#roles = roles;
  }

  /**
   * The risks that are there and that no other one supersedes, the gravest first, otherwise in the order of the rules.
   *
   * @param onRule is told, after each rule, the share of them that is done
   */
  evaluate(facts: RiskFacts, spans: SpanBuilder, onRule: (fraction: number) => void): Risk[] {
    const sides = new Sides(facts.actors.parties, this.#roles, facts.position, facts.segments);
    const risks = this.#rules.flatMap((compiled, index): Risk[] => {
      const risk = riskBy(compiled, facts, sides, spans);
      onRule((index + 1) / this.#rules.length);
      return risk ? [risk] : [];
    });
    const superseded = new Set(
      this.#rules.flatMap(({ rule }) =>
        risks.some(({ ruleId }) => ruleId === rule.id) ? (rule.supersedes ?? []) : [],
      ),
    );
    return risks.filter(({ ruleId }) => !superseded.has(ruleId)).sort(bySeverity);
  }
}

/** Sorts the gravest risks first. */
export function bySeverity(a: Risk, b: Risk): number {
  return riskLevels.indexOf(a.level) - riskLevels.indexOf(b.level);
}

function riskBy(
  { rule, evaluate }: CompiledRule,
  facts: RiskFacts,
  sides: Sides,
  spans: SpanBuilder,
): Risk | undefined {
  const { burdens, positions } = rule;
  if (positions && !positions.includes(facts.position)) return undefined;
  const bearer = (passage: Segment): Bearer =>
    burdens === undefined ? 'unknown' : bearerOf(passage, burdens, facts.actors, sides);
  const evidence = evaluate({ ...facts, concerns: (passage) => bearer(passage) !== 'other' });
  if (!evidence) return undefined;
  const isOwn = evidence.passages.some((passage) => bearer(passage) === 'own');
  return describe(rule, { ...evidence, level: levelOf(rule, facts.position, isOwn) }, facts, spans);
}

function describe(rule: RiskRule, { passages, searched, level }: Finding, facts: RiskFacts, spans: SpanBuilder): Risk {
  const quoted = distinct(passages).slice(0, mostPassages);
  const quotes = quoted.map((segment) => spans.span(segment));
  const references = new Map(
    quoted
      .flatMap(facts.referencesOf)
      .filter(({ span }) => !quotes.some(({ start }) => start === span.start))
      .map((reference) => [reference.label, reference]),
  );
  const searches = [...new Set(searched)].map(facts.searchOf);
  return {
    ruleId: rule.id,
    level,
    title: rule.title,
    reason: rule.reason,
    askFor: rule.ask_for,
    source: 'builtin',
    spans: quotes,
    ...(references.size > 0 && { references: [...references.values()].slice(0, mostReferences) }),
    ...(searches.length > 0 && { searches }),
  };
}

/** In the order of the document, and of passages with the same words the first: forms repeat themselves. */
function distinct(passages: readonly Segment[]): Segment[] {
  const byWords = new Map<string, Segment>();
  for (const passage of passages.toSorted((a, b) => a.index - b.index))
    if (!byWords.has(passage.lower)) byWords.set(passage.lower, passage);
  return [...byWords.values()];
}
