import type { DocumentText } from '../documents/documents.ts';
import type { ReviewedAnalysis } from '../domain/diff/analysis-diff.ts';
import { renderCalendar } from './calendar/calendar.ts';
import { renderDocx } from './docx/docx.ts';
import { renderHtml } from './html/html.ts';
import { renderMarkdown } from './markdown.ts';
import { outlineOf } from './outline/outline.ts';
import { reportFilename } from './report-filename.ts';
import { mediaTypes, type ReportFormat } from './report-format.ts';
import { renderJson } from './review-json.ts';

/** What a report is about. */
export interface ReportSubject {
  /** Of the document, as its owner named it. */
  filename: string;
  analysis: ReviewedAnalysis;
}

/** A finished file. */
export interface Report {
  filename: string;
  contentType: string;
  content: Buffer;
}

/**
 * Makes the report of a review. The same review gives the same bytes.
 *
 * @param readText the reviewed text, which only a format that shows the contract asks for
 * @throws {AnalysisRequestError} report_without_dates for a calendar that would be empty
 */
export async function renderReport(
  subject: ReportSubject,
  format: ReportFormat,
  readText: () => Promise<DocumentText>,
): Promise<Report> {
  const content = await contentOf(subject, format, readText);
  return {
    filename: reportFilename(subject.filename, format),
    contentType: mediaTypes[format],
    content:
      typeof content === 'string'
        ? Buffer.from(content)
        : Buffer.from(content.buffer, content.byteOffset, content.byteLength),
  };
}

async function contentOf(
  subject: ReportSubject,
  format: ReportFormat,
  readText: () => Promise<DocumentText>,
): Promise<string | Uint8Array> {
  switch (format) {
    case 'json':
      return renderJson(subject.analysis);
    case 'md':
      return renderMarkdown(outlineOf(subject));
    case 'html':
      return renderHtml(outlineOf(subject));
    case 'docx':
      return renderDocx(subject, await readText());
    case 'ics':
      return renderCalendar(subject);
    default:
      return format satisfies never;
  }
}
