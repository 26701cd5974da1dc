import type { Codec } from '@contract-reviewer/platform/cache/entry';
import { toCamelCase } from '@contract-reviewer/platform/json/snake-case';
import { z } from 'zod';
import {
  type Analysis,
  type AnalysisId,
  agreements,
  analysisStatuses,
  analysisTypes,
  type DocumentId,
  engineNames,
  keyDateKinds,
  positions,
  riskLevels,
  type UserId,
  version1Reviewer,
} from '../domain/analysis.ts';
import type { RenderedAnalysis } from './analysis-store.ts';

const source = z.enum(['builtin', 'model']);
const agreement = z.enum(agreements).optional();
const range = { start: z.number(), end: z.number() };
const span = z.object({ ...range, quote: z.string(), page: z.number() });
const spans = z.array(span);
const references = z.array(z.object({ label: z.string(), span })).optional();
const missingClauses = z.array(
  z.object({
    category: z.string(),
    searched: z.array(z.string()),
    nearest: z.object({ ...range, quote: z.string(), score: z.number() }).optional(),
  }),
);

const review = z.object({
  coverage: z.object({
    totalChars: z.number(),
    readChars: z.number(),
    pages: z.number(),
    unread: z.array(z.object({ ...range, reason: z.string() })),
  }),
  summary: z.object({
    documentType: z.string(),
    parties: z.array(z.string()),
    agreementDate: z.string().optional(),
    effectiveDate: z.string().optional(),
    expirationDate: z.string().optional(),
    term: z.string().optional(),
    renewal: z.string().optional(),
    noticePeriod: z.string().optional(),
    governingLaw: z.string().optional(),
    keyPoints: z.array(z.string()),
  }),
  clauses: z.array(
    z.object({
      category: z.string(),
      present: z.boolean(),
      score: z.number(),
      value: z.string().optional(),
      source,
      agreement,
      spans,
      references,
    }),
  ),
  missingClauses,
  risks: z.array(
    z.object({
      ruleId: z.string(),
      level: z.enum(riskLevels),
      title: z.string(),
      reason: z.string(),
      askFor: z.string(),
      source,
      agreement,
      spans,
      references,
      searches: missingClauses.optional(),
    }),
  ),
  obligations: z.array(
    z.object({
      party: z.string(),
      action: z.string(),
      due: z.string().optional(),
      condition: z.string().optional(),
      dueDate: z.string().optional(),
      arithmetic: z.string().optional(),
      source: source.optional(),
      agreement,
      spans,
    }),
  ),
  riskScore: z.number(),
  riskScoring: z
    .object({
      weights: z.array(z.object({ level: z.enum(riskLevels), weight: z.number(), count: z.number() })),
      arithmetic: z.string(),
    })
    .optional(),
  keyDates: z
    .array(
      z.object({
        kind: z.enum(keyDateKinds),
        date: z.string(),
        title: z.string(),
        arithmetic: z.string().optional(),
        spans,
      }),
    )
    .optional(),
  monetaryTerms: z
    .array(
      z.object({
        category: z.string(),
        amount: z.string(),
        currency: z.string().optional(),
        value: z.number().optional(),
        spans,
      }),
    )
    .optional(),
  confidenceScore: z.number(),
  droppedFindings: z.number(),
  fallback: z.object({ engine: z.enum(engineNames), reason: z.string(), message: z.string() }).optional(),
});

const record = z.object({
  analysisId: z.string().transform((id) => id as AnalysisId),
  documentId: z.string().transform((id) => id as DocumentId),
  requestedBy: z.string().transform((id) => id as UserId),
  analysisType: z.enum(analysisTypes),
  status: z.enum(analysisStatuses),
  engine: z.enum([...engineNames, version1Reviewer]),
  modelUsed: z.string(),
  engineVersion: z.string(),
  rulesetVersion: z.string(),
  promptSha256: z.string().optional(),
  position: z.enum(positions),
  textSha256: z.string(),
  createdAt: z.coerce.date(),
  startedAt: z.coerce.date().optional(),
  completedAt: z.coerce.date().optional(),
  savedAt: z.coerce.date().optional(),
  processingTimeMs: z.number(),
  error: z.object({ reason: z.string(), message: z.string() }).optional(),
  version1Original: z.string().optional(),
});

const state = z.object({
  documentId: z.string().transform((id) => id as DocumentId),
  status: z.enum(analysisStatuses),
  requestedBy: z.string().transform((id) => id as UserId),
  startedAt: z.coerce.date().optional(),
  version1Original: z.string().optional(),
  etag: z.string(),
});

/** An analysis as Redis holds it. */
export const renderedAnalysisCodec: Codec<RenderedAnalysis> = {
  version: 5,
  toJson: ({ json, ...rest }) => ({ ...rest, etag: json.etag }),
  toBytes: ({ json }) => json.body,
  fromJson: (json, body) => {
    const { etag, ...rest } = state.parse(json);
    return { ...rest, json: { body, etag } } as RenderedAnalysis;
  },
};

/** @throws {Error} when the body is no analysis */
export function analysisIn({ json, requestedBy, startedAt, version1Original }: RenderedAnalysis): Analysis {
  const { version1_original: _parsed, ...body } = JSON.parse(json.body.toString()) as Record<string, unknown>;
  const flat = toCamelCase(body) as object;
  const own = { requestedBy, startedAt, version1Original };
  const analysis = record.parse({ textSha256: '', ...flat, ...own });
  const isResult = analysis.status === 'completed' || analysis.status === 'partial';
  const hasReview = isResult && analysis.engine !== version1Reviewer;
  return { ...analysis, ...(hasReview ? { review: review.parse(flat) } : {}) } as Analysis;
}

export const analysisIdCodec: Codec<AnalysisId> = {
  version: 1,
  toJson: (analysisId) => analysisId,
  fromJson: (json) => z.string().parse(json) as AnalysisId,
};
