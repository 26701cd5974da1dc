import { type Actors, isMutual } from '../actors.ts';
import type { Topic } from '../clauses/categories.ts';
import type { Detections } from '../clauses/detect.ts';
import { PhraseMatcher } from '../clauses/phrase.ts';
import type { ClauseValue } from '../clauses/values.ts';
import { findPercentages } from '../expressions/amounts.ts';
import { durationDays, findDurations } from '../expressions/durations.ts';
import type { Segment } from '../text/segmentation.ts';
import type { Condition } from './ruleset-schema.ts';

/** What conditions are evaluated on. */
export interface ConditionFacts {
  segments: readonly Segment[];
  /** The options of lists in which none is ticked. */
  openOptions: readonly Segment[];
  /** The first mention of each annex that the text does not contain. */
  unattachedAnnexes: readonly Segment[];
  detections: Detections;
  values: ReadonlyMap<Topic, ClauseValue>;
  /** The topics that contracts of this type have and this one has not. */
  missing: ReadonlySet<Topic>;
  actors: Actors;
  /** Whether a passage burdens the reviewer's side; what burdens the other alone shows nothing. */
  concerns: (passage: Segment) => boolean;
}

/** What shows that a condition holds: passages of the contract, and clauses that were searched for and are not there. */
export interface Evidence {
  passages: Segment[];
  searched: Topic[];
}

/** Undefined when the condition does not hold. */
export type Evaluate = (facts: ConditionFacts) => Evidence | undefined;

/** Makes a condition ready to be evaluated any number of times. */
export function compileCondition(condition: Condition): Evaluate {
  if ('found' in condition) return (facts) => shownBy(facts, hits(facts, condition.found));
  if ('absent' in condition)
    return (facts) => searchedFor(hits(facts, condition.absent).length === 0, condition.absent);
  if ('missing' in condition) return (facts) => searchedFor(facts.missing.has(condition.missing), condition.missing);
  if ('says' in condition) return compileSays(condition);
  if ('silent' in condition) {
    const on = new PhraseMatcher(condition.on);
    return (facts) => {
      const passages = hits(facts, condition.silent);
      return passages.some(({ lower }) => on.test(lower)) ? undefined : shownBy(facts, passages);
    };
  }
  if ('duration' in condition) return compileDuration(condition);
  if ('amount' in condition) {
    const { amount: topic, above = Number.POSITIVE_INFINITY, below = Number.NEGATIVE_INFINITY } = condition;
    return (facts) =>
      shownBy(
        facts,
        stating(
          facts,
          topic,
          ({ amount }) => amount?.value !== undefined && (amount.value > above || amount.value < below),
        ),
      );
  }
  if ('open' in condition) return (facts) => shownBy(facts, facts.openOptions);
  if ('unattached' in condition) return (facts) => shownBy(facts, facts.unattachedAnnexes);
  if ('percentage' in condition) return compilePercentage(condition);
  if ('one_sided' in condition) return compileOneSided(condition);
  if ('not' in condition) {
    const inner = compileCondition(condition.not);
    return (facts) => (inner({ ...facts, concerns: () => true }) ? undefined : { passages: [], searched: [] });
  }
  if ('any' in condition) {
    const parts = condition.any.map(compileCondition);
    return (facts) => {
      const shown = parts.map((evaluate) => evaluate(facts)).filter((evidence) => evidence !== undefined);
      return shown.length > 0 ? together(shown) : undefined;
    };
  }
  const parts = condition.all.map(compileCondition);
  return (facts) => {
    const shown: Evidence[] = [];
    for (const evaluate of parts) {
      const evidence = evaluate(facts);
      if (!evidence) return undefined;
      shown.push(evidence);
    }
    return together(shown);
  };
}

type Of<Key extends string> = Extract<Condition, Record<Key, unknown>>;

function compileSays({ says, unless = [], in: topic }: Of<'says'>): Evaluate {
  const wanted = new PhraseMatcher(says);
  const ruledOut = new PhraseMatcher(unless);
  return (facts) =>
    shownBy(
      facts,
      (topic ? hits(facts, topic) : facts.segments).filter(({ lower }) => wanted.test(lower) && !ruledOut.test(lower)),
    );
}

function compileDuration({ duration: topic, longer_than, shorter_than }: Of<'duration'>): Evaluate {
  const longest = longer_than === undefined ? Number.POSITIVE_INFINITY : daysOf(longer_than);
  const shortest = shorter_than === undefined ? Number.NEGATIVE_INFINITY : daysOf(shorter_than);
  return (facts) =>
    shownBy(
      facts,
      stating(facts, topic, ({ days }) => days !== undefined && (days > longest || days < shortest)),
    );
}

function compilePercentage({ percentage, above, unless = [] }: Of<'percentage'>): Evaluate {
  const wanted = new PhraseMatcher(percentage);
  const ruledOut = new PhraseMatcher(unless);
  return (facts) =>
    shownBy(
      facts,
      facts.segments.filter(({ lower, text }) =>
        lower.includes('%') || lower.includes('percent') || lower.includes('per cent')
          ? wanted.test(lower) && !ruledOut.test(lower) && findPercentages(text).some((value) => value > above)
          : false,
      ),
    );
}

function compileOneSided({ one_sided: topic, where, also = [], unless = [] }: Of<'one_sided'>): Evaluate {
  const ruledOut = new PhraseMatcher(unless);
  const about = where && new PhraseMatcher(where);
  const besides = new PhraseMatcher(also);
  return (facts) => {
    const others = also.length > 0 ? facts.segments.filter(({ lower }) => besides.test(lower)) : [];
    const all = [...new Set([...hits(facts, topic), ...others])].filter(({ lower }) => !ruledOut.test(lower));
    const passages = about ? all.filter(({ lower }) => about.test(lower)) : all;
    if (all.some(({ text }) => isMutual(text))) return undefined;
    return facts.actors.isOneSided(passages.map(({ text }) => text)) ? shownBy(facts, passages) : undefined;
  };
}

function hits({ detections }: ConditionFacts, topic: Topic): Segment[] {
  return detections.get(topic)?.hits.map(({ segment }) => segment) ?? [];
}

/** The passages of a clause whose value is of interest; none when the clause states no such value. */
function stating(facts: ConditionFacts, topic: Topic, isOfInterest: (value: ClauseValue) => boolean): Segment[] {
  const value = facts.values.get(topic);
  if (!value || !isOfInterest(value)) return [];
  return value.segment ? [value.segment] : hits(facts, topic);
}

function shownBy({ concerns }: ConditionFacts, passages: readonly Segment[]): Evidence | undefined {
  const shown = passages.filter(concerns);
  return shown.length > 0 ? { passages: shown, searched: [] } : undefined;
}

function searchedFor(isNotThere: boolean, topic: Topic): Evidence | undefined {
  return isNotThere ? { passages: [], searched: [topic] } : undefined;
}

function together(evidence: readonly Evidence[]): Evidence {
  return {
    passages: evidence.flatMap(({ passages }) => passages),
    searched: evidence.flatMap(({ searched }) => searched),
  };
}

/** The length in days that a condition names; a month counts 30 and a year 365. */
function daysOf(text: string): number {
  const [found] = findDurations(text);
  if (!found) throw new RangeError(`not a length of time: ${text}`);
  return durationDays(found);
}
