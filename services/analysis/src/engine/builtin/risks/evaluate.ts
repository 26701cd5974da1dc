import type { Risk } from '../../../domain/analysis.ts';
import { riskLevels } from '../../../domain/analysis.ts';
import { type Actors, isMutual } from '../actors.ts';
import type { Topic } from '../clauses/categories.ts';
import type { Detections } from '../clauses/detect.ts';
import { PhraseMatcher } from '../clauses/phrase.ts';
import type { ClauseValue } from '../clauses/values.ts';
import type { SpanBuilder } from '../spans.ts';
import type { Segment } from '../text/segmentation.ts';
import type { Condition, RiskRule } from './rule.ts';

/** What the rules are evaluated on. */
export interface RiskFacts {
  segments: readonly Segment[];
  detections: Detections;
  values: ReadonlyMap<Topic, ClauseValue>;
  /** The topics that contracts of this type have and this one has not. */
  missing: ReadonlySet<Topic>;
  actors: Actors;
}

/** Passages quoted for one risk, at most. */
const mostPassages = 5;

/** A rule whose condition is ready to be evaluated. */
interface CompiledRule {
  rule: RiskRule;
  evaluate: Evaluate;
}

/** The passages that show that a condition holds; undefined when it does not. */
type Evaluate = (facts: RiskFacts) => Segment[] | undefined;

/** Evaluates a set of rules; compiled once, used for any number of documents. */
export class RiskRules {
  readonly #rules: readonly CompiledRule[];

  constructor(rules: readonly RiskRule[]) {
    this.#rules = rules.map((rule) => ({ rule, evaluate: compile(rule.when) }));
  }

  /** The risks that are there, the gravest first, otherwise in the order of the rules. */
  evaluate(facts: RiskFacts, spans: SpanBuilder): Risk[] {
    const risks = this.#rules.flatMap(({ rule, evaluate }): Risk[] => {
      const passages = evaluate(facts);
      return passages ? [describe(rule, passages, spans)] : [];
    });
    return risks.sort((a, b) => riskLevels.indexOf(a.level) - riskLevels.indexOf(b.level));
  }
}

function describe(
  { id, level, title, reason, askFor }: RiskRule,
  passages: readonly Segment[],
  spans: SpanBuilder,
): Risk {
  const quoted = [...new Set(passages)].sort((a, b) => a.index - b.index).slice(0, mostPassages);
  return {
    ruleId: id,
    level,
    title,
    reason,
    askFor,
    source: 'builtin',
    spans: quoted.map((segment) => spans.span(segment)),
  };
}

function compile(condition: Condition): Evaluate {
  if ('found' in condition) return (facts) => nonEmpty(hits(facts, condition.found));
  if ('absent' in condition) return (facts) => (hits(facts, condition.absent).length === 0 ? [] : undefined);
  if ('missing' in condition) return (facts) => (facts.missing.has(condition.missing) ? [] : undefined);
  if ('says' in condition) {
    const says = new PhraseMatcher(condition.says);
    const unless = new PhraseMatcher(condition.unless ?? []);
    const { in: topic } = condition;
    return (facts) =>
      nonEmpty(
        (topic ? hits(facts, topic) : facts.segments).filter(({ lower }) => says.test(lower) && !unless.test(lower)),
      );
  }
  if ('silent' in condition) {
    const on = new PhraseMatcher(condition.on);
    return (facts) => {
      const passages = hits(facts, condition.silent);
      return passages.some(({ lower }) => on.test(lower)) ? undefined : nonEmpty(passages);
    };
  }
  if ('longer' in condition)
    return (facts) => (days(facts, condition.longer, 0) > condition.days ? hits(facts, condition.longer) : undefined);
  if ('shorter' in condition) {
    return (facts) =>
      days(facts, condition.shorter, Number.POSITIVE_INFINITY) < condition.days
        ? hits(facts, condition.shorter)
        : undefined;
  }
  if ('oneSided' in condition) {
    const where = condition.where && new PhraseMatcher(condition.where);
    return (facts) => {
      const all = hits(facts, condition.oneSided);
      const passages = where ? all.filter(({ lower }) => where.test(lower)) : all;
      if (all.some(({ text }) => isMutual(text))) return undefined;
      return facts.actors.isOneSided(passages.map(({ text }) => text)) ? passages : undefined;
    };
  }
  const parts = condition.all.map(compile);
  return (facts) => {
    const shown = parts.map((evaluate) => evaluate(facts));
    return shown.every((passages) => passages !== undefined) ? shown.flat() : undefined;
  };
}

function hits({ detections }: RiskFacts, topic: Topic): Segment[] {
  return detections.get(topic)?.hits.map(({ segment }) => segment) ?? [];
}

function days({ values }: RiskFacts, topic: Topic, otherwise: number): number {
  return values.get(topic)?.days ?? otherwise;
}

function nonEmpty(passages: Segment[]): Segment[] | undefined {
  return passages.length > 0 ? passages : undefined;
}
