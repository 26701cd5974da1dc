import type { Agreement, Clause, Obligation, Review, Risk, Span } from '../../../domain/analysis.ts';
import type { SpanBuilder } from '../../builtin/spans.ts';
import { agreementOf, agreementOfBuiltin, areAtSamePlace } from './agreement.ts';
import type { MergedFindings } from './merged-findings.ts';

/** Nobody has measured how often a model is right, so its clauses say neither yes nor no by their score. */
const unmeasuredScore = 0.5;

/**
 * The review of the built-in engine with the model's findings beside its own. Nothing of the built-in engine is left out,
 * lowered or reworded, whatever the model says: what reads a contract can be talked into silence by it.
 *
 * Summary and scores are the built-in engine's alone, so that a model moves them neither way.
 *
 * @param modelReadAll whether the model's silence about a clause means anything
 */
export function sideBySide(builtin: Review, model: MergedFindings, spans: SpanBuilder, modelReadAll: boolean): Review {
  const modelClauses = model.clauses.map(
    ({ category, value, ranges }): Clause => ({
      category,
      present: true,
      score: unmeasuredScore,
      ...(value === '' ? {} : { value }),
      source: 'model',
      spans: ranges.map((range) => spans.span(range)),
    }),
  );
  const modelRisks = model.risks.map(
    ({ topic, level, title, reason, ask_for, range }): Risk => ({
      ruleId: `model:${wordOf(topic)}`,
      level,
      title,
      reason,
      askFor: ask_for,
      source: 'model',
      spans: [spans.span(range)],
    }),
  );
  const modelObligations = model.obligations.map(
    ({ party, action, due, condition, range }): Obligation => ({
      party,
      action,
      ...(due === '' ? {} : { due }),
      ...(condition === '' ? {} : { condition }),
      source: 'model',
      spans: [spans.span(range)],
    }),
  );
  const clauseOf = new Map(builtin.clauses.map((clause) => [clause.category, clause]));
  const modelClauseOf = new Map(modelClauses.map((clause) => [clause.category, clause]));

  return {
    ...builtin,
    clauses: [
      ...builtin.clauses.map((clause) => {
        const agreement = agreementOfBuiltin(clause, modelClauseOf.get(clause.category), modelReadAll);
        return { ...clause, ...(agreement && { agreement }) };
      }),
      ...modelClauses.map((clause) => {
        const other = clauseOf.get(clause.category);
        return { ...clause, agreement: other?.present ? agreementOf(clause, other) : ('differs' as const) };
      }),
    ],
    risks: [
      ...compared(builtin.risks, modelRisks, haveSameLevel),
      ...compared(modelRisks, builtin.risks, haveSameLevel),
    ],
    obligations: [
      ...compared(
        builtin.obligations.map((obligation) => ({ ...obligation, source: 'builtin' as const })),
        modelObligations,
        haveSameParty,
      ),
      ...compared(modelObligations, builtin.obligations, haveSameParty),
    ],
    droppedFindings: builtin.droppedFindings + model.droppedFindings,
  };
}

/** Each finding with what the other side says of the same passage: the same, something else, or nothing. */
function compared<Finding extends { spans: Span[] }, Other extends { spans: Span[] }>(
  findings: readonly Finding[],
  others: readonly Other[],
  isSame: (finding: Finding, other: Other) => boolean,
) {
  return findings.map((finding) => {
    const there = others.filter((other) => areAtSamePlace(finding.spans, other.spans));
    const agreement: Agreement = there.some((other) => isSame(finding, other))
      ? 'agreed'
      : there.length > 0
        ? 'differs'
        : 'alone';
    return { ...finding, agreement };
  });
}

function haveSameLevel(one: Risk, other: Risk): boolean {
  return one.level === other.level;
}

function haveSameParty(one: Obligation, other: Obligation): boolean {
  const [a, b] = [one.party.toLowerCase(), other.party.toLowerCase()];
  return a.includes(b) || b.includes(a);
}

/** `Cap On Liability` as `cap_on_liability`. */
function wordOf(topic: string): string {
  return topic.toLowerCase().replace(/[^a-z0-9]+/g, '_');
}
