import type { Queryable, Transaction } from '@contract-reviewer/platform/pg/database';
import type {
  ImportContext,
  ImportOutcome,
  Version1Entry,
  Version1Family,
} from '@contract-reviewer/platform/version1/family';
import type { AnalysisId, DocumentId } from '../domain/analysis.ts';
import { analysisKey } from '../storage/cache-keys.ts';
import { lockHeads, settleLatest } from './document-heads.ts';
import { type ImportedAnalysis, importedAnalysis } from './imported-analysis.ts';
import { analysisIdOf, version1AnalysisKey } from './version1-keys.ts';
import { version1Texts } from './version1-texts.ts';

/** The analyses of version 1. */
export const analysisFamily: Version1Family = {
  name: 'analysis',
  pattern: 'analysis:*',

  async import(transaction, entries, context) {
    const readings = entries.map(({ key, text }) => importedAnalysis(analysisIdOf(key), text, context.now));
    const analyses = readings.filter((reading) => 'analysisId' in reading);
    const documentIds = await documentsOf(transaction, analyses);
    const gone = await lockHeads(transaction, documentIds);
    const buried = await buriedAmong(entries, context);
    const isWelcome = ({ analysisId, documentId }: ImportedAnalysis) =>
      !gone.has(documentId) && !buried.has(analysisId);
    await write(transaction, analyses.filter(isWelcome));
    await settleLatest(transaction, documentIds);
    return readings.map((reading): ImportOutcome => {
      if ('setAside' in reading) return reading;
      return isWelcome(reading) ? 'imported' : 'deleted';
    });
  },

  async render(database: Queryable, keys: readonly string[]) {
    const texts = await version1Texts(
      database,
      keys.map((key) => analysisIdOf(key) as AnalysisId),
    );
    return new Map([...texts].map(([analysisId, text]) => [version1AnalysisKey(analysisId), text]));
  },
};

async function buriedAmong(
  entries: readonly Version1Entry[],
  { deletedAmong }: ImportContext,
): Promise<ReadonlySet<string>> {
  const keys = await deletedAmong(entries.map(({ key }) => key));
  return new Set([...keys].map(analysisIdOf));
}

/** The documents that the analyses belong to, or belonged to before. */
async function documentsOf(
  transaction: Transaction,
  analyses: readonly ImportedAnalysis[],
): Promise<readonly DocumentId[]> {
  const former = await transaction.query<{ document_id: DocumentId }>(
    'SELECT DISTINCT document_id FROM analysis.analyses WHERE analysis_id = ANY ($1::text[])',
    [analyses.map(({ analysisId }) => analysisId)],
  );
  return [
    ...new Set([...analyses.map(({ documentId }) => documentId), ...former.map(({ document_id }) => document_id)]),
  ];
}

async function write(transaction: Transaction, analyses: readonly ImportedAnalysis[]): Promise<void> {
  const column = (of: (analysis: ImportedAnalysis) => unknown) => analyses.map(of);
  // An analysis of this version stays as it is, and keeps beside it what version 1 made of it.
  await transaction.query(
    `UPDATE analysis.analyses AS native SET version1_original = entry.original
       FROM unnest($1::text[], $2::text[]) AS entry (analysis_id, original)
      WHERE native.analysis_id = entry.analysis_id AND native.engine <> 'version1'`,
    [column(({ analysisId }) => analysisId), column(({ original }) => original)],
  );
  await transaction.query(
    `INSERT INTO analysis.analyses AS former
       (analysis_id, document_id, requested_by, analysis_type, status, engine, model_used, engine_version,
        ruleset_version, last_event, created_at, completed_at, saved_at, processing_time_ms, error_reason,
        error_message, version1_original)
     SELECT analysis_id, document_id, requested_by, 'contract_review', status, 'version1', model_used, '1', '', 0,
            created_at, completed_at, completed_at, processing_time_ms, error_reason, error_message,
            original
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[],
                   $8::float8[], $9::text[], $10::text[], $11::text[])
         AS entry (analysis_id, document_id, requested_by, status, model_used, created_at, completed_at,
                   processing_time_ms, error_reason, error_message, original)
     ON CONFLICT (analysis_id) DO UPDATE
        SET document_id = excluded.document_id, requested_by = excluded.requested_by, status = excluded.status,
            model_used = excluded.model_used, created_at = excluded.created_at, completed_at = excluded.completed_at,
            saved_at = excluded.saved_at, processing_time_ms = excluded.processing_time_ms,
            error_reason = excluded.error_reason, error_message = excluded.error_message,
            version1_original = excluded.version1_original
      WHERE former.engine = 'version1'`,
    [
      column(({ analysisId }) => analysisId),
      column(({ documentId }) => documentId),
      column(({ requestedBy }) => requestedBy),
      column(({ status }) => status),
      column(({ modelUsed }) => modelUsed),
      column(({ createdAt }) => createdAt),
      column(({ completedAt }) => completedAt),
      column(({ processingTimeMs }) => processingTimeMs),
      column(({ error }) => error?.reason ?? null),
      column(({ error }) => error?.message ?? null),
      column(({ original }) => original),
    ],
  );
  transaction.invalidate(...analyses.map(({ analysisId }) => analysisKey(analysisId)));
}
