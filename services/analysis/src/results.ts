import type { AuditTrail } from '@contract-reviewer/platform/audit/audit-events';
import type { Analyses, Caller } from './analyses.ts';
import type { Assertion, Documents, DocumentText } from './documents/documents.ts';
import type { Analysis, AnalysisId } from './domain/analysis.ts';
import type { AnalysisDiff, ReviewedAnalysis } from './domain/diff/analysis-diff.ts';
import { AnalysisRequestError, analysisNotFound, ReviewFailure } from './domain/errors.ts';
import { hasDeadlines } from './report/calendar/calendar.ts';
import type { Report, ReportRequest, ReportSubject } from './report/render-report.ts';
import type { ReportFormat } from './report/report-format.ts';
import type { ResultThreads } from './result-threads/result-threads.ts';

export interface ResultsOptions {
  /** Decides who may read what. */
  analyses: Pick<Analyses, 'get'>;
  documents: Pick<Documents, 'filenameOf' | 'readText'>;
  threads: Pick<ResultThreads, 'report' | 'diff'>;
  trail: AuditTrail;
}

/** What is made of finished reviews: comparisons and reports. */
export class Results {
  readonly #options: ResultsOptions;

  constructor(options: ResultsOptions) {
    this.#options = options;
  }

  /**
   * What changed from one result to another, of one document or of two.
   *
   * @throws {AnalysisRequestError} analysis_not_found unless the caller may read both; analysis_without_result, results_busy
   */
  async diff(caller: Caller, before: AnalysisId, after: AnalysisId, signal: AbortSignal): Promise<AnalysisDiff> {
    const [old, now] = await Promise.all([this.#reviewed(caller, before), this.#reviewed(caller, after)]);
    return this.#options.threads.diff(old, now, signal);
  }

  /**
   * A result as a file to hand on; that it is given out is recorded first.
   *
   * @throws {AnalysisRequestError} analysis_not_found unless the caller may read it; analysis_without_result,
   *   report_without_dates, document_text_changed, document_text_unavailable, results_busy
   */
  async report(caller: Caller, analysisId: AnalysisId, format: ReportFormat, signal: AbortSignal): Promise<Report> {
    const analysis = await this.#reviewed(caller, analysisId);
    const filename = await this.#filenameOf(analysis, caller.assertion);
    const request = await this.#requestFor(caller, { filename, analysis }, format, signal);
    const report = await this.#options.threads.report(request, signal);
    const { userId, sessionId } = caller;
    const { documentId } = analysis;
    const event = { userId, sessionId, documentId, analysisId, details: { format } };
    await this.#options.trail.record({ type: 'report_downloaded', service: 'analysis', ...event });
    return report;
  }

  async #requestFor(
    { assertion }: Caller,
    subject: ReportSubject,
    format: ReportFormat,
    signal: AbortSignal,
  ): Promise<ReportRequest> {
    if (format === 'docx') {
      return { subject, format, text: await this.#reviewedText(subject.analysis, assertion, signal) };
    }
    if (format === 'ics' && !hasDeadlines(subject.analysis.review)) {
      const message = 'The review found no date in this contract that a calendar could hold.';
      throw new AnalysisRequestError('report_without_dates', message);
    }
    return { subject, format };
  }

  async #reviewed(caller: Caller, analysisId: AnalysisId): Promise<ReviewedAnalysis> {
    const analysis = await this.#options.analyses.get(caller, analysisId);
    const { review, status, version1Original } = analysis;
    if (review) return { ...analysis, review };
    throw new AnalysisRequestError(
      'analysis_without_result',
      version1Original === undefined
        ? 'The analysis has no result: it is under way, or ended without one.'
        : 'Version 1 did this analysis and noted no places in the text: read what it found in version1_original.',
      { analysis_id: analysisId, status },
    );
  }

  async #filenameOf({ documentId }: Analysis, assertion: Assertion): Promise<string> {
    try {
      return await this.#options.documents.filenameOf(documentId, assertion);
    } catch (error) {
      throw error instanceof AnalysisRequestError && error.kind === 'document_not_found' ? analysisNotFound() : error;
    }
  }

  async #reviewedText(
    { documentId, textSha256 }: Analysis,
    assertion: Assertion,
    signal: AbortSignal,
  ): Promise<DocumentText> {
    const text = await this.#readText(documentId, assertion, signal);
    if (text.textSha256 !== textSha256) {
      const message = 'The text of the document was read anew since this review. Ask for a review of the new text.';
      throw new AnalysisRequestError('document_text_changed', message);
    }
    return text;
  }

  async #readText(
    documentId: Analysis['documentId'],
    assertion: Assertion,
    signal: AbortSignal,
  ): Promise<DocumentText> {
    try {
      const text = await this.#options.documents.readText(documentId, { assertion }, { waitMs: 0, signal });
      if (text) return text;
    } catch (error) {
      // A document that was reviewed had a text: what it lacks now it may have again, unless it was deleted.
      if (!(error instanceof ReviewFailure)) throw error;
      if (error.reason === 'document_not_found') throw analysisNotFound();
    }
    throw new AnalysisRequestError('document_text_unavailable', 'The text of the document is not to be had now.');
  }
}
