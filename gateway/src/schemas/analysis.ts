import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { Analysis, AnalyzeDocumentResponse } from '@contract-reviewer/proto/analysis/v1/analysis';
import { type Static, Type } from 'typebox';
import { pageFields } from './page.ts';
import { freeForm, named, oneOf, refTo, Sha256, Timestamp } from './schema.ts';
import { sent } from './sent.ts';
import { originalBody } from './version1-original.ts';

const statuses = ['queued', 'running', 'completed', 'partial', 'failed', 'cancelled'] as const;
const status = oneOf(statuses, 'completed: all of the document was read; partial: coverage.unread lists what was not.');
const terminalStatuses: ReadonlySet<string> = new Set(['completed', 'partial', 'failed', 'cancelled']);

const source = oneOf(['builtin', 'model']);
const agreement = Type.Optional(
  oneOf(
    ['agreed', 'differs', 'alone'],
    'How the finding stands to what the other engine says of the same passage. Absent where one engine reviewed.',
  ),
);
const score = Type.Number({ minimum: 0, maximum: 1 });
const date = Type.String({ description: 'An ISO 8601 calendar date.' });

export const Span = Type.Object(
  { start: Type.Integer(), end: Type.Integer(), quote: Type.String(), page: Type.Integer({ minimum: 1 }) },
  {
    description: 'The half-open range [start, end) of the text in Unicode code points, and exactly what stands there.',
  },
);
const spans = Type.Array(Span);
const references = Type.Array(Type.Object({ label: Type.String(), span: Span }), {
  description: 'The sections and defined terms that the finding depends on, and where the contract has them.',
});

const Coverage = Type.Object(
  {
    total_chars: Type.Integer(),
    read_chars: Type.Integer(),
    pages: Type.Integer(),
    unread: Type.Array(Type.Object({ start: Type.Integer(), end: Type.Integer(), reason: Type.String() })),
  },
  { description: 'How much of the document was read.' },
);

const Summary = Type.Object({
  document_type: Type.String(),
  parties: Type.Array(Type.String()),
  agreement_date: Type.Optional(date),
  effective_date: Type.Optional(date),
  expiration_date: Type.Optional(date),
  term: Type.Optional(Type.String()),
  renewal: Type.Optional(Type.String()),
  notice_period: Type.Optional(Type.String()),
  governing_law: Type.Optional(Type.String()),
  key_points: Type.Array(Type.String()),
});

export const Clause = Type.Object({
  category: Type.String({ description: 'One of the 41 categories of CUAD.' }),
  present: Type.Boolean(),
  score,
  value: Type.Optional(Type.String()),
  source,
  agreement,
  spans,
  references,
});

export const MissingClause = Type.Object({
  category: Type.String(),
  searched: Type.Array(Type.String()),
  nearest: Type.Optional(
    Type.Object(
      { start: Type.Integer(), end: Type.Integer(), quote: Type.String(), score },
      { description: 'The passage that came closest.' },
    ),
  ),
});

export const Risk = Type.Object({
  rule_id: Type.String(),
  level: oneOf(['high', 'medium', 'low', 'info']),
  title: Type.String(),
  reason: Type.String(),
  ask_for: Type.String({ description: 'What to ask the other side for instead.' }),
  source,
  agreement,
  spans,
  references,
  searches: Type.Array(MissingClause, {
    description: 'What was looked for and not found, when the risk is that something is missing.',
  }),
});

export const Obligation = Type.Object({
  party: Type.String(),
  action: Type.String(),
  due: Type.Optional(Type.String()),
  condition: Type.Optional(Type.String()),
  due_date: Type.Optional(date),
  arithmetic: Type.Optional(Type.String({ description: 'How due_date was computed.' })),
  source: Type.Optional(source),
  agreement,
  spans,
});

const RiskScoring = Type.Object(
  {
    weights: Type.Array(
      Type.Object({ level: oneOf(['high', 'medium', 'low', 'info']), weight: score, count: Type.Integer() }),
    ),
    arithmetic: Type.String({ description: 'The computation with its figures.' }),
  },
  { description: 'How risk_score came about: 1 - product of (1 - weight) over the risks.' },
);

const KeyDate = Type.Object(
  {
    kind: oneOf(['agreement', 'effective', 'expiration', 'renewal_notice', 'renewal', 'obligation']),
    date,
    title: Type.String({ description: 'What happens on this day.' }),
    arithmetic: Type.Optional(
      Type.String({ description: 'How the day was computed; absent when the contract states it.' }),
    ),
    spans,
  },
  { description: 'A day that follows from the contract.' },
);

const MonetaryTerm = Type.Object(
  {
    category: Type.String(),
    amount: Type.String({ description: 'As the contract writes it.' }),
    currency: Type.Optional(Type.String({ description: 'ISO 4217, when the text tells it.' })),
    value: Type.Optional(Type.Number()),
    spans,
  },
  { description: 'A sum that a clause names.' },
);

const analysisError = Type.Optional(
  Type.Object({ reason: Type.String(), message: Type.String() }, { description: 'Set when the status is failed.' }),
);

const recordFields = {
  analysis_id: Type.String(),
  document_id: Type.String(),
  analysis_type: Type.String(),
  status,
  engine: Type.String(),
  model_used: Type.String(),
  engine_version: Type.String(),
  ruleset_version: Type.String(),
  text_sha256: Type.Optional(Sha256),
  prompt_sha256: Type.Optional(Sha256),
  position: oneOf(['neutral', 'customer', 'supplier', 'licensor', 'licensee'], 'Whose side the review takes.'),
  processing_time_ms: Type.Number(),
  created_at: Timestamp,
  completed_at: Type.Optional(Timestamp),
  saved_at: Type.Optional(Timestamp),
  error: analysisError,
};

const { properties: findingFields } = Type.Partial(
  Type.Object({
    coverage: Coverage,
    summary: Summary,
    clauses: Type.Array(Clause),
    missing_clauses: Type.Array(MissingClause),
    risks: Type.Array(Risk),
    obligations: Type.Array(Obligation),
    risk_score: score,
    risk_scoring: RiskScoring,
    key_dates: Type.Array(KeyDate),
    monetary_terms: Type.Array(MonetaryTerm),
    confidence_score: score,
    dropped_findings: Type.Integer({
      description:
        'Findings of a model that were dropped: not to be located in the text, contradicted by it, or malformed.',
    }),
    fallback: Type.Object(
      { engine: Type.String(), reason: Type.String(), message: Type.String() },
      { description: 'Set when the built-in engine stood in for the engine that was asked for, and why.' },
    ),
  }),
);

export const AnalysisSchema = named(
  'Analysis',
  {
    ...recordFields,
    ...findingFields,
    version1_original: Type.Optional(freeForm('What version 1 kept of a review that came from there.')),
  },
  'A review. From coverage on, the fields are there once the status is completed or partial. Of a review that version 1 ' +
    'made, whose engine is version1, there is only what version 1 kept.',
);

export const AnalysisRecordSchema = named('AnalysisRecord', recordFields, 'A review without its findings.');

export const AnalysisListSchema = named(
  'AnalysisList',
  { analyses: Type.Array(refTo(AnalysisRecordSchema)), ...pageFields },
  "A document's reviews, newest first.",
);

export const AcceptedAnalysisSchema = named(
  'AcceptedAnalysis',
  {
    analysis_id: Type.String(),
    document_id: Type.String(),
    status,
    reused: Type.Boolean({ description: 'Whether an identical finished review was given back.' }),
    error: analysisError,
  },
  'What became of a request for a review so far.',
);

/** An analysis never changes again once it has such a status. */
export function isTerminal(status: string): boolean {
  return terminalStatuses.has(status);
}

/** Lists that nobody has filled yet are left out, for an empty one would say that nothing was found. */
export function analysisBody(analysis: Analysis | undefined) {
  const {
    textSha256,
    clauses,
    missingClauses,
    risks,
    obligations,
    keyDates,
    monetaryTerms,
    version1Original,
    ...fields
  } = sent(analysis);
  const hasFindings = fields.coverage !== undefined;
  return {
    ...(toSnakeCase({
      ...fields,
      ...(textSha256 === '' ? {} : { textSha256 }),
      ...(hasFindings ? { clauses, missingClauses, risks, obligations, keyDates, monetaryTerms } : {}),
    }) as object),
    ...originalBody(version1Original),
  } as Static<typeof AnalysisSchema>;
}

export function acceptedAnalysisBody({ analysis, reused }: AnalyzeDocumentResponse) {
  return { ...analysisBody(analysis), reused } as Static<typeof AcceptedAnalysisSchema>;
}
