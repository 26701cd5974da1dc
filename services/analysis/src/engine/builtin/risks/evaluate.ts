import type { MissingClause, Position, Reference, Risk } from '../../../domain/analysis.ts';
import { riskLevels } from '../../../domain/analysis.ts';
import type { Actors } from '../actors.ts';
import type { Topic } from '../clauses/categories.ts';
import type { SpanBuilder } from '../spans.ts';
import type { Segment } from '../text/segmentation.ts';
import { type ConditionFacts, compileCondition, type Evidence } from './conditions.ts';
import type { RiskRule, Ruleset } from './ruleset-schema.ts';
import { Sides } from './sides.ts';

/** What the rules are evaluated on. */
export interface RiskFacts extends ConditionFacts {
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
    const sides = new Sides(facts.actors.parties, this.#roles, facts.position);
    const risks = this.#rules.flatMap(({ rule, evaluate }, index): Risk[] => {
      const evidence = concerns(rule, facts.position) ? evaluate(facts) : undefined;
      const burdening = evidence && burden(rule, evidence, facts.actors, sides);
      onRule((index + 1) / this.#rules.length);
      return burdening ? [describe(rule, burdening, facts, spans)] : [];
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

function concerns({ positions }: RiskRule, position: Position): boolean {
  return positions === undefined || positions.includes(position);
}

/** The evidence without the passages that burden the other side alone; undefined when none of it is left. */
function burden({ burdens }: RiskRule, evidence: Evidence, actors: Actors, sides: Sides): Evidence | undefined {
  if (burdens === undefined || evidence.passages.length === 0) return evidence;
  const passages = evidence.passages.filter(({ text }) => sides.isBurdened([...actors.subjects(text)], burdens));
  return passages.length > 0 ? { ...evidence, passages } : undefined;
}

function describe(rule: RiskRule, { passages, searched }: Evidence, facts: RiskFacts, spans: SpanBuilder): Risk {
  const quoted = [...new Set(passages)].sort((a, b) => a.index - b.index).slice(0, mostPassages);
  const references = new Map(quoted.flatMap(facts.referencesOf).map((reference) => [reference.label, reference]));
  const searches = [...new Set(searched)].map(facts.searchOf);
  return {
    ruleId: rule.id,
    level: rule.level_for?.[facts.position] ?? rule.level,
    title: rule.title,
    reason: rule.reason,
    askFor: rule.ask_for,
    source: 'builtin',
    spans: quoted.map((segment) => spans.span(segment)),
    ...(references.size > 0 && { references: [...references.values()].slice(0, mostReferences) }),
    ...(searches.length > 0 && { searches }),
  };
}
