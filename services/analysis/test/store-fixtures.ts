import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { AnalysisId, DocumentId, Review, UserId } from '../src/domain/analysis.ts';
import type { AnalysisRequest } from '../src/storage/analysis-store.ts';
import type { Run, RunResult } from '../src/storage/run-store.ts';
import { newId, sha256 } from './analysis-stack.ts';

export const provenance = {
  engine: 'builtin',
  modelUsed: 'builtin-2.0',
  engineVersion: '2.0.0',
  rulesetVersion: '2026.1',
  position: 'neutral',
} as const;

/** A request for a document, and by a user, of its own. */
export function newRequest(given: Partial<AnalysisRequest> = {}): AnalysisRequest {
  return {
    analysisId: newId<AnalysisId>(),
    documentId: newId<DocumentId>(),
    requestedBy: newId<UserId>(),
    analysisType: 'contract_review',
    ...provenance,
    requestedAt: new Date(),
    allowFallback: false,
    ...given,
  };
}

/** A review with every field that there can be. */
export const fullReview: Review = {
  coverage: { totalChars: 2000, readChars: 2000, pages: 2, unread: [] },
  summary: {
    documentType: 'Supply agreement',
    parties: ['Nordlicht GmbH', 'Zoë’s Bakery Ltd'],
    agreementDate: '2026-01-15',
    effectiveDate: '2026-02-01',
    expirationDate: '2028-01-31',
    term: 'two years',
    renewal: 'successive periods of one year',
    noticePeriod: '90 days',
    governingLaw: 'Ireland',
    keyPoints: ['Exclusive in Ireland', 'Liability is “unlimited”'],
  },
  clauses: [
    {
      category: 'Governing Law',
      present: true,
      score: 0.1 + 0.2,
      value: 'Ireland',
      source: 'builtin',
      spans: [{ start: 12, end: 31, quote: 'the laws of Ireland', page: 1 }],
      references: [{ label: 'Section 9.2', span: { start: 90, end: 95, quote: '9.2 A', page: 1 } }],
    },
    { category: 'Audit Rights', present: false, score: 0, source: 'builtin', references: [], spans: [] },
  ],
  missingClauses: [
    {
      category: 'Audit Rights',
      searched: ['audit', 'inspect books'],
      nearest: { start: 40, end: 46, quote: 'review', score: 0.25 },
    },
    { category: 'Insurance', searched: ['insurance'] },
  ],
  risks: [
    {
      ruleId: 'unlimited-liability',
      level: 'high',
      title: 'Liability without a limit',
      reason: 'No cap was found.',
      askFor: 'A cap at the fees of a year.',
      source: 'builtin',
      spans: [{ start: 1990, end: 2000, quote: 'in no way 😀', page: 2 }],
      references: [{ label: '"Fees"', span: { start: 90, end: 95, quote: '9.2 A', page: 1 } }],
      searches: [{ category: 'Cap On Liability', searched: ['a maximum amount of liability'] }],
    },
  ],
  obligations: [
    {
      party: 'Supplier',
      action: 'deliver',
      due: 'within 10 days',
      condition: 'on order',
      dueDate: '2026-02-11',
      arithmetic: '2026-02-01 + 10 days',
      spans: [],
    },
    { party: 'Buyer', action: 'pay', spans: [] },
  ],
  riskScore: 0.7,
  riskScoring: { weights: [{ level: 'high', weight: 0.7, count: 1 }], arithmetic: '1 - (1 - 0.7) = 0.700' },
  keyDates: [
    { kind: 'expiration', date: '2028-02-01', title: 'Expires', arithmetic: '2026-02-01 + 2 years', spans: [] },
  ],
  monetaryTerms: [{ category: 'Insurance', amount: '€5', currency: 'EUR', value: 5, spans: [] }],
  confidenceScore: 0.9,
  droppedFindings: 1,
};

export const partialReview: Review = {
  ...fullReview,
  coverage: { totalChars: 2000, readChars: 1500, pages: 2, unread: [{ start: 1500, end: 2000, reason: 'too_long' }] },
};

export function resultOf(review: Review = fullReview, given: Partial<RunResult> = {}): RunResult {
  return {
    provenance,
    textSha256: sha256('the text'),
    review,
    processingTimeMs: 12.5,
    completedAt: new Date(),
    ...given,
  };
}

export function auditOf(
  type: NewAuditEvent['type'],
  { analysisId, documentId, requestedBy }: Pick<Run, 'analysisId' | 'documentId' | 'requestedBy'>,
): NewAuditEvent {
  return { type, service: 'analysis', userId: requestedBy, documentId, analysisId };
}
