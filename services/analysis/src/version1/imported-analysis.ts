import { isIdentifier } from '@contract-reviewer/platform/identifier';
import { parseObject } from '@contract-reviewer/platform/version1/family';
import { momentOf } from '@contract-reviewer/platform/version1/moment';
import type { AnalysisError, AnalysisId, AnalysisStatus, DocumentId, UserId } from '../domain/analysis.ts';

/** What this version understands of an analysis of version 1; all of it is in the original. */
export interface ImportedAnalysis {
  analysisId: AnalysisId;
  documentId: DocumentId;
  /** Empty if version 1 did not note who asked. */
  requestedBy: UserId | '';
  status: Exclude<AnalysisStatus, 'queued' | 'running'>;
  modelUsed: string;
  createdAt: Date;
  completedAt: Date;
  processingTimeMs: number;
  error?: AnalysisError;
  original: string;
}

const statuses: Readonly<Record<string, ImportedAnalysis['status']>> = {
  partial: 'partial',
  failed: 'failed',
  error: 'failed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
};

/** Version 1's own work that had not come to an end. If it does, version 1 writes the entry again. */
const unfinished: ReadonlySet<string> = new Set(['queued', 'pending', 'running', 'processing', 'in_progress']);

/**
 * Reads an entry `analysis:{id}` of version 1, which is known to be JSON objects with a few names and nothing more.
 *
 * @param now stands in for times that were not noted
 * @returns the reason if it does not fit
 */
export function importedAnalysis(id: string, text: string, now: Date): ImportedAnalysis | { setAside: string } {
  if (!isIdentifier(id)) return { setAside: 'invalid_id' };
  const parsed = parseObject(text);
  if ('setAside' in parsed) return parsed;
  const { object } = parsed;
  const documentId = firstText(object, 'document_id', 'documentId', 'doc_id');
  if (documentId === undefined || !isIdentifier(documentId)) return { setAside: 'no_document_id' };

  const requestedBy = firstText(object, 'user_id', 'requested_by', 'owner_id') ?? '';
  const createdAt = firstMoment(object, 'created_at', 'timestamp', 'createdAt', 'analyzed_at', 'date') ?? now;
  return {
    analysisId: id as AnalysisId,
    documentId: documentId as DocumentId,
    requestedBy: isIdentifier(requestedBy) ? (requestedBy as UserId) : '',
    ...outcomeOf(object),
    modelUsed: storable(firstText(object, 'model_used', 'model', 'engine') ?? ''),
    createdAt,
    completedAt: firstMoment(object, 'completed_at', 'finished_at', 'saved_at') ?? createdAt,
    processingTimeMs: processingTimeOf(object),
    original: text,
  };
}

/** Anything that does not say otherwise is a result: version 1 stored little else. */
function outcomeOf(object: Record<string, unknown>): Pick<ImportedAnalysis, 'status' | 'error'> {
  const word = (firstText(object, 'status', 'state') ?? '').toLowerCase();
  if (unfinished.has(word)) {
    return {
      status: 'failed',
      error: { reason: 'version1_unfinished', message: 'Version 1 had not finished this analysis.' },
    };
  }
  const status = statuses[word] ?? 'completed';
  if (status !== 'failed') return { status };
  const message = firstText(object, 'error_message', 'error', 'message') ?? 'The analysis failed in version 1.';
  return { status, error: { reason: 'version1_failed', message: storable(message) } };
}

function processingTimeOf(object: Record<string, unknown>): number {
  const { processing_time_ms: milliseconds, processing_time: seconds } = object;
  const time = typeof milliseconds === 'number' ? milliseconds : typeof seconds === 'number' ? seconds * 1000 : 0;
  return Number.isFinite(time) && time >= 0 ? time : 0;
}

function firstText(object: Record<string, unknown>, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = object[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** JSON may name characters that PostgreSQL cannot hold. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}

function firstMoment(object: Record<string, unknown>, ...names: string[]): Date | undefined {
  for (const name of names) {
    const moment = momentOf(object[name]);
    if (moment) return moment;
  }
  return undefined;
}
