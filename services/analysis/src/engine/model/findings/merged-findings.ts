import type { TextRange } from '../../builtin/spans.ts';
import type { AnsweredObligation, AnsweredRisk } from './answer.ts';
import type { Located, LocatedFindings } from './located-findings.ts';

/** What a model found in a whole document, each finding once. */
export interface MergedFindings {
  /** One per category, with all its passages in the order of the document. */
  clauses: { category: string; value: string; ranges: TextRange[] }[];
  risks: Located<AnsweredRisk>[];
  obligations: Located<AnsweredObligation>[];
  /** Dropped, not merged. */
  droppedFindings: number;
}

/** More of a kind, in a whole document, than anybody will read. */
const mostFindings = 500;
const severity = { high: 2, medium: 1, low: 0 } as const;

/** Sections overlap, and so do findings: the same finding of the same or an overlapping passage is one. */
export function mergeFindings(sections: readonly LocatedFindings[]): MergedFindings {
  const byCategory = new Map<string, { category: string; value: string; ranges: TextRange[] }>();
  for (const { category, value, range } of inOrder(sections.flatMap(({ clauses }) => clauses))) {
    const clause = byCategory.get(category) ?? { category, value: '', ranges: [] };
    clause.value ||= value;
    addRange(clause.ranges, range);
    byCategory.set(category, clause);
  }
  const risks = merged(
    sections.flatMap((section) => section.risks),
    (one, other) => one.topic === other.topic,
    (one, other) => severity[other.level] > severity[one.level],
  );
  const obligations = merged(
    sections.flatMap((section) => section.obligations),
    isSameDuty,
    () => false,
  );
  const all = [...byCategory.values()].map((clause) => ({ ...clause, ranges: clause.ranges.slice(0, mostFindings) }));
  return {
    clauses: all,
    risks: risks.slice(0, mostFindings),
    obligations: obligations.slice(0, mostFindings),
    droppedFindings:
      sections.reduce((sum, { droppedFindings }) => sum + droppedFindings, 0) +
      Math.max(0, risks.length - mostFindings) +
      Math.max(0, obligations.length - mostFindings),
  };
}

function overlap(one: TextRange, other: TextRange): boolean {
  return one.start < other.end && other.start < one.end;
}

function inOrder<Finding extends { range: TextRange }>(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}

/** The ranges come in order, so that only the last one can overlap. */
function addRange(ranges: TextRange[], range: TextRange): void {
  const last = ranges.at(-1);
  if (last && overlap(last, range)) last.end = Math.max(last.end, range.end);
  else ranges.push({ ...range });
}

/** Findings in the order of the document, of overlapping ones that are the same the first, or another that outweighs it. */
function merged<Finding extends { range: TextRange }>(
  findings: readonly Finding[],
  isSame: (one: Finding, other: Finding) => boolean,
  isOutweighed: (one: Finding, by: Finding) => boolean,
): Finding[] {
  const kept: Finding[] = [];
  // Where those are that reach as far as the finding at hand: a document can have more findings than can all be compared.
  let open: number[] = [];
  for (const finding of inOrder(findings)) {
    open = open.filter((index) => (kept[index]?.range.end ?? 0) > finding.range.start);
    const index = open.find((each) => isSame(kept[each] as Finding, finding));
    if (index === undefined) open.push(kept.push(finding) - 1);
    else if (isOutweighed(kept[index] as Finding, finding)) kept[index] = finding;
  }
  return kept;
}

function isSameDuty(one: Located<AnsweredObligation>, other: Located<AnsweredObligation>): boolean {
  return (
    one.party.toLowerCase() === other.party.toLowerCase() && one.action.toLowerCase() === other.action.toLowerCase()
  );
}
