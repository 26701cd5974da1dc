export type AnalysisRequestErrorKind =
  | 'analysis_not_found'
  | 'document_not_found'
  | 'document_needs_ocr'
  | 'document_unreadable'
  | 'idempotency_key_reused'
  | 'engine_not_configured'
  | 'too_many_unfinished'
  | 'analysis_finished'
  | 'analysis_without_result'
  | 'document_text_changed'
  | 'document_text_unavailable'
  | 'report_without_dates'
  | 'results_busy';

/** A rule of this service that a call would break. The message is for the caller. */
export class AnalysisRequestError extends Error {
  override readonly name = 'AnalysisRequestError';
  readonly kind: AnalysisRequestErrorKind;
  /** Facts for programs, shown to the caller. */
  readonly facts: Readonly<Record<string, string>>;

  constructor(kind: AnalysisRequestErrorKind, message: string, facts: Readonly<Record<string, string>> = {}) {
    super(message);
    this.kind = kind;
    this.facts = facts;
  }
}

/** Also the answer for an analysis whose document is none of the caller's business. */
export function analysisNotFound(): AnalysisRequestError {
  return new AnalysisRequestError('analysis_not_found', 'There is no analysis of that id.');
}

export function documentNotFound(): AnalysisRequestError {
  return new AnalysisRequestError('document_not_found', 'There is no document of that id.');
}

/** Why a review cannot be done, however often it is tried. It is stored with the analysis. */
export class ReviewFailure extends Error {
  override readonly name = 'ReviewFailure';
  /** A stable word such as `document_unreadable`. */
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** A language model failed a review that the built-in engine may do in its stead, if whoever asked allowed it. */
export class ModelFailure extends ReviewFailure {}
