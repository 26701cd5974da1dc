import type { MissingClause, Summary } from '../analysis.ts';
import type {
  AnalysisDiff,
  ComparedAnalysis,
  Fact,
  FactChange,
  MissingClauseChanges,
  PartyChanges,
  ReviewedAnalysis,
} from './analysis-diff.ts';
import { diffClauses } from './diff-clauses.ts';
import { diffObligations } from './diff-obligations.ts';
import { diffRisks } from './diff-risks.ts';
import { profileOf } from './likeness.ts';

/** The documented names, in the order in which people read them. */
const factFields: Readonly<Record<Fact, string>> = {
  documentType: 'document_type',
  agreementDate: 'agreement_date',
  effectiveDate: 'effective_date',
  expirationDate: 'expiration_date',
  term: 'term',
  renewal: 'renewal',
  noticePeriod: 'notice_period',
  governingLaw: 'governing_law',
};

/**
 * What changed from one result to another: of one document over time, or of two versions of a contract.
 *
 * Findings are paired by what they are about (rule, category) and by how alike they read, never by place alone.
 */
export function diffAnalyses(before: ReviewedAnalysis, after: ReviewedAnalysis): AnalysisDiff {
  return {
    before: comparedAnalysis(before),
    after: comparedAnalysis(after),
    sameText: before.textSha256 === after.textSha256,
    sameReviewer: reviewerOf(before) === reviewerOf(after),
    facts: diffFacts(before.review.summary, after.review.summary),
    parties: diffParties(before.review.summary.parties, after.review.summary.parties),
    risks: diffRisks(before.review.risks, after.review.risks),
    clauses: diffClauses(before.review.clauses, after.review.clauses),
    missingClauses: diffMissingClauses(before.review.missingClauses, after.review.missingClauses),
    obligations: diffObligations(before.review.obligations, after.review.obligations),
  };
}

function comparedAnalysis({ review, ...analysis }: ReviewedAnalysis): ComparedAnalysis {
  return {
    analysisId: analysis.analysisId,
    documentId: analysis.documentId,
    status: analysis.status,
    engine: analysis.engine,
    modelUsed: analysis.modelUsed,
    engineVersion: analysis.engineVersion,
    rulesetVersion: analysis.rulesetVersion,
    ...(analysis.promptSha256 === undefined ? {} : { promptSha256: analysis.promptSha256 }),
    position: analysis.position,
    textSha256: analysis.textSha256,
    createdAt: analysis.createdAt,
    ...(analysis.completedAt === undefined ? {} : { completedAt: analysis.completedAt }),
    unreadChars: review.coverage.totalChars - review.coverage.readChars,
    riskScore: review.riskScore,
  };
}

function reviewerOf(analysis: ReviewedAnalysis): string {
  const { engine, modelUsed, engineVersion, rulesetVersion, promptSha256 = '', position } = analysis;
  return JSON.stringify([engine, modelUsed, engineVersion, rulesetVersion, promptSha256, position]);
}

function diffFacts(before: Summary, after: Summary): FactChange[] {
  return Object.entries(factFields).flatMap(([fact, field]) => {
    const [old, now] = [before[fact as Fact], after[fact as Fact]];
    if (saysTheSame(old, now)) return [];
    return [{ field, ...(old === undefined ? {} : { before: old }), ...(now === undefined ? {} : { after: now }) }];
  });
}

function saysTheSame(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return profileOf(a).words === profileOf(b).words;
}

function diffParties(before: readonly string[], after: readonly string[]): PartyChanges {
  const lacks = (parties: readonly string[]) => {
    const known = new Set(parties.map((party) => profileOf(party).words));
    return (party: string) => !known.has(profileOf(party).words);
  };
  return { added: after.filter(lacks(before)), removed: before.filter(lacks(after)) };
}

function diffMissingClauses(before: readonly MissingClause[], after: readonly MissingClause[]): MissingClauseChanges {
  const missingBefore = new Set(before.map(({ category }) => category));
  const missingAfter = new Set(after.map(({ category }) => category));
  return {
    newlyMissing: after.filter(({ category }) => !missingBefore.has(category)),
    noLongerMissing: before.filter(({ category }) => !missingAfter.has(category)),
    unchangedCount: missingBefore.intersection(missingAfter).size,
  };
}
