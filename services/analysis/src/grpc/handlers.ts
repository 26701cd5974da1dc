import { hash } from 'node:crypto';
import { requireService, requireUser } from '@contract-reviewer/platform/auth/principal';
import type { CacheHandlers } from '@contract-reviewer/platform/grpc/cache-handlers';
import { toMilliseconds } from '@contract-reviewer/platform/grpc/duration';
import type { CallContext, Handlers } from '@contract-reviewer/platform/grpc/handler';
import { RequestValidation } from '@contract-reviewer/platform/grpc/request-validation';
import { currentRequest } from '@contract-reviewer/platform/request-context';
import type { AnalysisServiceService } from '@contract-reviewer/proto/analysis/v1/analysis';
import type { Analyses, Caller } from '../analyses.ts';
import {
  type AnalysisId,
  type AnalysisType,
  analysisTypes,
  type DocumentId,
  type EngineName,
  engineNames,
  type Position,
  positions,
  type UserId,
} from '../domain/analysis.ts';
import { type ReportFormat, reportFormats } from '../report/report-format.ts';
import type { Results } from '../results.ts';
import { analysisMessage, diffMessage } from './messages.ts';

const maxPageSize = 100;
const defaultPageSize = 10;
const maxOffset = 1_000_000;
/** The longest that `AnalyzeDocument` may be asked to wait. */
export const maxWaitMs = 60_000;
/** What is left of a call's time when a wait ends, for the answer to get back: a share, and at least and at most that. */
const answering = { share: 0.25, minMs: 250, maxMs: 1000 };
const maxSequence = 2 ** 31 - 1;
const chunkBytes = 64 * 1024;

/** @param stopping aborted when the process is about to stop: whoever waits is answered with what there is */
export function analysisHandlers(
  analyses: Analyses,
  results: Results,
  stopping: AbortSignal,
): Omit<Handlers<typeof AnalysisServiceService>, keyof CacheHandlers> {
  return {
    async analyzeDocument(
      { documentId, analysisType, engine, position, allowFallback, force, idempotencyKey, wait },
      context,
    ) {
      const wantedType = analysisType === '' ? analysisTypes[0] : analysisType;
      const wantedEngine = engine === '' ? engineNames[0] : engine;
      const wantedPosition = position === '' ? positions[0] : position;
      const waitMs = wait ? toMilliseconds(wait) : 0;
      const validation = new RequestValidation()
        .identifier('document_id', documentId)
        .oneOf('analysis_type', wantedType, analysisTypes)
        .oneOf('engine', wantedEngine, engineNames)
        .oneOf('position', wantedPosition, positions)
        .check('wait', waitMs >= 0 && waitMs <= maxWaitMs, `must be from 0 to ${maxWaitMs / 1000} seconds`);
      if (idempotencyKey !== undefined) validation.text('idempotency_key', idempotencyKey, 255);
      validation.throwIfInvalid();

      const caller = callerOf(context);
      if (waitMs > 0) context.recheck(() => analyses.requireAnalyzable(caller, documentId as DocumentId));
      const { analysis, reused } = await analyses.request(
        caller,
        {
          documentId: documentId as DocumentId,
          analysisType: wantedType as AnalysisType,
          engine: wantedEngine as EngineName,
          position: wantedPosition as Position,
          allowFallback,
          force,
          ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        },
        {
          waitMs: Math.min(waitMs, longestWaitMs()),
          signal: AbortSignal.any([context.signal, stopping]),
        },
      );
      return { analysis: analysisMessage(analysis), reused };
    },

    async getAnalysis({ analysisId, asJson }, context) {
      new RequestValidation().identifier('analysis_id', analysisId).throwIfInvalid();
      if (asJson) {
        const json = await analyses.getRendered(callerOf(context), analysisId as AnalysisId);
        return { analysis: undefined, json };
      }
      return { analysis: analysisMessage(await analyses.get(callerOf(context), analysisId as AnalysisId)) };
    },

    async getLatestAnalysis({ documentId, asJson }, context) {
      new RequestValidation().identifier('document_id', documentId).throwIfInvalid();
      if (asJson) {
        const json = await analyses.latestRendered(callerOf(context), documentId as DocumentId);
        return { analysis: undefined, json };
      }
      return { analysis: analysisMessage(await analyses.latest(callerOf(context), documentId as DocumentId)) };
    },

    async listAnalyses({ documentId, limit, offset }, context) {
      const page = { limit: limit === 0 ? defaultPageSize : limit, offset };
      new RequestValidation()
        .identifier('document_id', documentId)
        .range('limit', page.limit, 1, maxPageSize)
        .range('offset', offset, 0, maxOffset)
        .throwIfInvalid();
      const { analyses: records, totalCount } = await analyses.list(callerOf(context), documentId as DocumentId, page);
      return { analyses: records.map(analysisMessage), totalCount, ...page };
    },

    async cancelAnalysis({ analysisId }, context) {
      new RequestValidation().identifier('analysis_id', analysisId).throwIfInvalid();
      return { analysis: analysisMessage(await analyses.cancel(callerOf(context), analysisId as AnalysisId)) };
    },

    watchAnalysis({ analysisId, afterSequence }, context) {
      new RequestValidation()
        .identifier('analysis_id', analysisId)
        .range('after_sequence', afterSequence, 0, maxSequence)
        .throwIfInvalid();
      const caller = callerOf(context);
      context.recheck(() => analyses.get(caller, analysisId as AnalysisId));
      return analyses.watch(caller, analysisId as AnalysisId, afterSequence, context.signal);
    },

    async diffAnalyses({ beforeAnalysisId, afterAnalysisId }, context) {
      new RequestValidation()
        .identifier('before_analysis_id', beforeAnalysisId)
        .identifier('after_analysis_id', afterAnalysisId)
        .throwIfInvalid();
      const diff = await results.diff(
        callerOf(context),
        beforeAnalysisId as AnalysisId,
        afterAnalysisId as AnalysisId,
        context.signal,
      );
      return { diff: diffMessage(diff) };
    },

    async *downloadReport({ analysisId, format }, context) {
      new RequestValidation()
        .identifier('analysis_id', analysisId)
        .oneOf('format', format, reportFormats)
        .throwIfInvalid();
      const caller = callerOf(context);
      context.recheck(() => analyses.get(caller, analysisId as AnalysisId));
      const { filename, contentType, content } = await results.report(
        caller,
        analysisId as AnalysisId,
        format as ReportFormat,
        context.signal,
      );
      const header = { filename, contentType, sizeBytes: content.length, sha256: hash('sha256', content) };
      yield { part: { $case: 'header', value: header } };
      for (let at = 0; at < content.length; at += chunkBytes) {
        yield { part: { $case: 'chunk', value: content.subarray(at, at + chunkBytes) } };
      }
    },

    async purgeDocument({ documentId }, { principal }) {
      requireService(principal, 'document');
      new RequestValidation().identifier('document_id', documentId).throwIfInvalid();
      return { purgedCount: await analyses.purge(documentId as DocumentId) };
    },
  };
}

function callerOf({ principal, assertion }: CallContext): Caller {
  const { userId, sessionId } = requireUser(principal);
  return { userId: userId as UserId, sessionId, assertion };
}

/** Until the deadline of the call that is being served. */
function longestWaitMs(): number {
  const { share, minMs, maxMs } = answering;
  const remainingMs = (currentRequest()?.deadline ?? Infinity) - Date.now();
  return remainingMs - Math.min(maxMs, Math.max(minMs, share * remainingMs));
}
