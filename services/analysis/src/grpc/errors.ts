import { type StatusCode, StatusError } from '@contract-reviewer/platform/errors';
import { AnalysisRequestError, type AnalysisRequestErrorKind } from '../domain/errors.ts';

const codes: Record<AnalysisRequestErrorKind, StatusCode> = {
  analysis_not_found: 'NOT_FOUND',
  document_not_found: 'NOT_FOUND',
  document_needs_ocr: 'FAILED_PRECONDITION',
  document_unreadable: 'FAILED_PRECONDITION',
  idempotency_key_reused: 'FAILED_PRECONDITION',
  engine_not_configured: 'FAILED_PRECONDITION',
  too_many_unfinished: 'RESOURCE_EXHAUSTED',
  analysis_finished: 'FAILED_PRECONDITION',
  analysis_without_result: 'FAILED_PRECONDITION',
  document_text_changed: 'FAILED_PRECONDITION',
  document_text_unavailable: 'UNAVAILABLE',
  report_without_dates: 'FAILED_PRECONDITION',
  results_busy: 'UNAVAILABLE',
};

/** After which the same call may succeed, where that is only a matter of time. */
const retryAfterMs: Partial<Record<AnalysisRequestErrorKind, number>> = { too_many_unfinished: 10_000 };

/** This service's errors as gRPC says them; undefined for errors of others. */
export function translateError(error: unknown): StatusError | undefined {
  if (!(error instanceof AnalysisRequestError)) return undefined;
  return new StatusError(codes[error.kind], error.message, {
    reason: error.kind.toUpperCase(),
    metadata: { ...error.facts },
    ...(error.kind in retryAfterMs && { retryAfterMs: retryAfterMs[error.kind] as number }),
    cause: error,
  });
}
