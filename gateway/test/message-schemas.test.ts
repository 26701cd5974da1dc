import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import { Analysis } from '@contract-reviewer/proto/analysis/v1/analysis';
import {
  AnalysisDiff,
  ClauseChange,
  ClauseChanges,
  ComparedAnalysis,
  FactChange,
  MissingClauseChanges,
  ObligationChange,
  ObligationChanges,
  PartyChanges,
  PassageChange,
  RiskChange,
  RiskChanges,
} from '@contract-reviewer/proto/analysis/v1/diff';
import {
  Clause,
  Coverage,
  KeyDate,
  MissingClause,
  MonetaryTerm,
  NearestPassage,
  Obligation,
  Reference,
  Risk,
  RiskScoring,
  RiskWeight,
  Span,
  Summary,
  UnreadRange,
} from '@contract-reviewer/proto/analysis/v1/review';
import { PageRange } from '@contract-reviewer/proto/common/v1/page';
import { Document, GetDocumentTextResponse, Grant, StatusReason } from '@contract-reviewer/proto/document/v1/document';
import { AuditEvent, Credential, ServiceAccount, Session, User } from '@contract-reviewer/proto/session/v1/session';
import { describe, expect, it } from 'vitest';
import { AnalysisSchema } from '../src/schemas/analysis.ts';
import { AnalysisDiffSchema } from '../src/schemas/analysis-diff.ts';
import { AuditEventSchema } from '../src/schemas/audit.ts';
import { DocumentSchema, DocumentTextSchema } from '../src/schemas/document.ts';
import { GrantSchema } from '../src/schemas/grant.ts';
import { CredentialSchema, ServiceAccountSchema } from '../src/schemas/service-account.ts';
import { SessionSchema } from '../src/schemas/session.ts';
import { UserSchema } from '../src/schemas/user.ts';

const { properties: analysis } = AnalysisSchema;
const { properties: diff } = AnalysisDiffSchema;
const { properties: document } = DocumentSchema;

/** Each message and the schema of what REST makes of it. A field that a schema lacks would be left out in silence. */
const pairs: [string, object, { properties: object }][] = [
  ['Session', Session.create(), SessionSchema],
  ['User', User.create(), UserSchema],
  ['ServiceAccount', ServiceAccount.create(), ServiceAccountSchema],
  ['Credential', Credential.create(), CredentialSchema],
  ['AuditEvent', AuditEvent.create(), AuditEventSchema],
  ['Document', Document.create(), DocumentSchema],
  ['Grant', Grant.create(), GrantSchema],
  ['StatusReason', StatusReason.create(), document.status_reason],
  ['GetDocumentTextResponse', GetDocumentTextResponse.create(), DocumentTextSchema],
  ['PageRange', PageRange.create(), DocumentTextSchema.properties.pages.items],
  ['Analysis', Analysis.create(), AnalysisSchema],
  ['Coverage', Coverage.create(), analysis.coverage],
  ['UnreadRange', UnreadRange.create(), analysis.coverage.properties.unread.items],
  ['Summary', Summary.create(), analysis.summary],
  ['Clause', Clause.create(), analysis.clauses.items],
  ['Span', Span.create(), analysis.clauses.items.properties.spans.items],
  ['MissingClause', MissingClause.create(), analysis.missing_clauses.items],
  ['NearestPassage', NearestPassage.create(), analysis.missing_clauses.items.properties.nearest],
  ['Risk', Risk.create(), analysis.risks.items],
  ['Reference', Reference.create(), analysis.risks.items.properties.references.items],
  ['RiskScoring', RiskScoring.create(), analysis.risk_scoring],
  ['RiskWeight', RiskWeight.create(), analysis.risk_scoring.properties.weights.items],
  ['KeyDate', KeyDate.create(), analysis.key_dates.items],
  ['MonetaryTerm', MonetaryTerm.create(), analysis.monetary_terms.items],
  ['Obligation', Obligation.create(), analysis.obligations.items],
  ['AnalysisDiff', AnalysisDiff.create(), AnalysisDiffSchema],
  ['ComparedAnalysis', ComparedAnalysis.create(), diff.before],
  ['FactChange', FactChange.create(), diff.facts.items],
  ['PartyChanges', PartyChanges.create(), diff.parties],
  ['RiskChanges', RiskChanges.create(), diff.risks],
  ['RiskChange', RiskChange.create(), diff.risks.properties.worsened.items],
  ['ClauseChanges', ClauseChanges.create(), diff.clauses],
  ['ClauseChange', ClauseChange.create(), diff.clauses.properties.changed.items],
  ['PassageChange', PassageChange.create(), diff.clauses.properties.changed.items.properties.passages.items],
  ['MissingClauseChanges', MissingClauseChanges.create(), diff.missing_clauses],
  ['ObligationChanges', ObligationChanges.create(), diff.obligations],
  ['ObligationChange', ObligationChange.create(), diff.obligations.properties.changed.items],
];

describe('the schema of a body', () => {
  it.each(pairs)('has the fields of the message %s, under their documented names', (_name, message, schema) => {
    expect(Object.keys(schema.properties).sort()).toEqual(Object.keys(toSnakeCase(message) as object).sort());
  });
});
