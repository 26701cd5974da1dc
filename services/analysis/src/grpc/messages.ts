import type { Analysis as AnalysisMessage } from '@contract-reviewer/proto/analysis/v1/analysis';
import type { AnalysisDiff as DiffMessage } from '@contract-reviewer/proto/analysis/v1/diff';
import type { Clause as ClauseMessage, Risk as RiskMessage } from '@contract-reviewer/proto/analysis/v1/review';
import type { Analysis, Clause, Risk } from '../domain/analysis.ts';
import type { AnalysisDiff, RiskChange } from '../domain/diff/analysis-diff.ts';
import type { AnalysisRecord } from '../storage/analysis-store.ts';

/** The message has the findings beside the rest, as the documented schema does. */
export function analysisMessage(analysis: Analysis | AnalysisRecord): AnalysisMessage {
  const { review, ...record } = { review: undefined, ...analysis };
  return {
    missingClauses: [],
    obligations: [],
    keyDates: [],
    monetaryTerms: [],
    ...record,
    ...review,
    clauses: review?.clauses.map(clauseMessage) ?? [],
    risks: review?.risks.map(riskMessage) ?? [],
  };
}

export function diffMessage(diff: AnalysisDiff): DiffMessage {
  const { risks, clauses } = diff;
  return {
    ...diff,
    risks: {
      ...risks,
      added: risks.added.map(riskMessage),
      removed: risks.removed.map(riskMessage),
      worsened: risks.worsened.map(riskChangeMessage),
      eased: risks.eased.map(riskChangeMessage),
      reworded: risks.reworded.map(riskChangeMessage),
    },
    clauses: { ...clauses, added: clauses.added.map(clauseMessage), removed: clauses.removed.map(clauseMessage) },
  };
}

function riskChangeMessage({ before, after }: RiskChange) {
  return { before: riskMessage(before), after: riskMessage(after) };
}

function clauseMessage(clause: Clause): ClauseMessage {
  return { references: [], ...clause };
}

function riskMessage(risk: Risk): RiskMessage {
  return { references: [], searches: [], ...risk };
}
