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

/** A report that is wanted; only one that shows the contract needs its text. */
export type ReportRequest =
  | { format: Exclude<ReportFormat, 'docx'>; subject: ReportSubject }
  | { format: 'docx'; subject: ReportSubject; text: DocumentText };

/** A finished file. */
export interface Report {
  filename: string;
  contentType: string;
  content: Buffer;
}

/** Makes the report of a review. The same review gives the same bytes. */
export function renderReport(request: ReportRequest): Report {
  const content = contentOf(request);
  const { format, subject } = request;
  return {
    filename: reportFilename(subject.filename, format),
    contentType: mediaTypes[format],
    content:
      typeof content === 'string'
        ? Buffer.from(content)
        : Buffer.from(content.buffer, content.byteOffset, content.byteLength),
  };
}

function contentOf(request: ReportRequest): string | Uint8Array {
  const { subject } = request;
  switch (request.format) {
    case 'json':
      return renderJson(subject.analysis);
    case 'md':
      return renderMarkdown(outlineOf(subject));
    case 'html':
      return renderHtml(outlineOf(subject));
    case 'docx':
      return renderDocx(subject, request.text);
    case 'ics':
      return renderCalendar(subject);
    default:
      return request satisfies never;
  }
}
