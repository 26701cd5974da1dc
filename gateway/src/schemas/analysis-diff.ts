import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { AnalysisDiff } from '@contract-reviewer/proto/analysis/v1/diff';
import { type Static, type TSchema, Type } from 'typebox';
import { Clause, MissingClause, Obligation, Risk, Span } from './analysis.ts';
import { named, oneOf, Sha256, Timestamp } from './schema.ts';
import { sent } from './sent.ts';

const unchangedCount = Type.Integer({ description: 'How many are on both sides and say the same.' });
const score = Type.Number({ minimum: 0, maximum: 1 });

function changeOf<Side extends TSchema>(side: Side, description?: string) {
  return Type.Array(Type.Object({ before: side, after: side }), description === undefined ? {} : { description });
}

const ComparedAnalysis = Type.Object({
  analysis_id: Type.String(),
  document_id: Type.String(),
  status: oneOf(['completed', 'partial'], 'What a partial one lacks may stand where it did not read.'),
  engine: Type.String(),
  model_used: Type.String(),
  engine_version: Type.String(),
  ruleset_version: Type.String(),
  prompt_sha256: Type.Optional(Sha256),
  position: Type.String({ description: 'Whose side the review took.' }),
  text_sha256: Sha256,
  created_at: Timestamp,
  completed_at: Type.Optional(Timestamp),
  unread_chars: Type.Integer(),
  risk_score: score,
});

const FactChange = Type.Object({
  field: Type.String({ description: 'A field of the summary, for example expiration_date.' }),
  before: Type.Optional(Type.String()),
  after: Type.Optional(Type.String()),
});

const PassageChange = Type.Object(
  { before: Type.Optional(Span), after: Type.Optional(Span), similarity: Type.Optional(score) },
  { description: 'A passage that was added (no before), removed (no after) or reworded.' },
);

const ClauseChange = Type.Object({
  category: Type.String(),
  source: oneOf(['builtin', 'model']),
  value_before: Type.Optional(Type.String()),
  value_after: Type.Optional(Type.String()),
  passages: Type.Array(PassageChange, { description: 'Those that differ.' }),
  unchanged_passages: Type.Integer(),
});

export const AnalysisDiffSchema = named(
  'AnalysisDiff',
  {
    before: ComparedAnalysis,
    after: ComparedAnalysis,
    same_text: Type.Boolean({
      description: 'Both read the same text: whatever differs comes from the reviewer, not from the contract.',
    }),
    same_reviewer: Type.Boolean({
      description: 'Same engine, model, versions, instructions and position: whatever differs comes from the contract.',
    }),
    facts: Type.Array(FactChange, { description: 'Statements of the summary that differ.' }),
    parties: Type.Object({ added: Type.Array(Type.String()), removed: Type.Array(Type.String()) }),
    risks: Type.Object({
      added: Type.Array(Risk),
      removed: Type.Array(Risk),
      worsened: changeOf(Risk, 'The same risk on a higher level.'),
      eased: changeOf(Risk, 'The same risk on a lower level.'),
      reworded: changeOf(Risk, 'The same risk on the same level, found in other words.'),
      unchanged_count: unchangedCount,
    }),
    clauses: Type.Object({
      added: Type.Array(Clause, { description: 'Categories that only the second has.' }),
      removed: Type.Array(Clause, { description: 'Categories that only the first has.' }),
      changed: Type.Array(ClauseChange, { description: 'Categories with other passages or another value.' }),
      unchanged_count: unchangedCount,
    }),
    missing_clauses: Type.Object({
      newly_missing: Type.Array(MissingClause),
      no_longer_missing: Type.Array(MissingClause),
      unchanged_count: unchangedCount,
    }),
    obligations: Type.Object({
      added: Type.Array(Obligation),
      removed: Type.Array(Obligation),
      changed: changeOf(Obligation),
      unchanged_count: unchangedCount,
    }),
  },
  'What changed from one review to another. Findings are paired by what they are about and by how alike they read.',
);

export function analysisDiffBody(diff: AnalysisDiff | undefined) {
  return toSnakeCase(sent(diff)) as Static<typeof AnalysisDiffSchema>;
}
