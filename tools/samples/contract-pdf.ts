import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import type { Block, Span } from './contract-markdown.ts';

const margin = 72;
const bodySize = 11;
const regular = 'Times-Roman';
const bold = 'Times-Bold';
/** A heading stays with at least this much of what it heads. In points. */
const keepWithNext = 90;

export interface ContractPdfOptions {
  /** Stands at the foot of each page. */
  name: string;
  /** What the file says of its making; the same date makes the same bytes. */
  createdAt: Date;
}

/** A printed contract on letter paper, with numbered pages. The same blocks give the same bytes. */
export async function contractPdf(blocks: readonly Block[], { name, createdAt }: ContractPdfOptions): Promise<Buffer> {
  const pdf = new PDFDocument({
    size: 'LETTER',
    margin,
    bufferPages: true,
    // How well zlib compresses depends on the processor, and the bytes must not.
    compress: false,
    info: { Title: name, CreationDate: createdAt, ModDate: createdAt },
  });
  const bytes = buffer(pdf);
  for (const block of blocks) draw(pdf, block);
  numberPages(pdf, name);
  pdf.end();
  return await bytes;
}

function draw(pdf: PDFKit.PDFDocument, block: Block): void {
  switch (block.kind) {
    case 'title':
      pdf.font(bold, 16).text(block.text, { align: 'center' }).moveDown(1.5);
      return;
    case 'heading':
      drawHeading(pdf, block.text);
      return;
    case 'paragraph':
      drawSpans(pdf, block.spans);
      return;
    case 'table':
      drawTable(pdf, block.rows);
      return;
    default:
      throw new TypeError(`no such block: ${JSON.stringify(block satisfies never)}`);
  }
}

function drawHeading(pdf: PDFKit.PDFDocument, text: string): void {
  const isSchedule = text.startsWith('SCHEDULE');
  if (isSchedule || pdf.y > pdf.page.height - margin - keepWithNext) pdf.addPage();
  else pdf.moveDown(0.6);
  pdf.font(bold, 12).text(text).moveDown(0.6);
}

function drawSpans(pdf: PDFKit.PDFDocument, spans: readonly Span[]): void {
  for (const [index, span] of spans.entries()) {
    pdf.font(span.bold ? bold : regular, bodySize);
    pdf.text(span.text, { continued: index < spans.length - 1, lineGap: 2 });
  }
  pdf.moveDown(0.6);
}

function drawTable(pdf: PDFKit.PDFDocument, rows: readonly string[][]): void {
  pdf.font(regular, bodySize);
  pdf.table({
    data: rows.map((row) => [...row]),
    columnStyles: columnWidths(pdf, rows),
    defaultStyle: { border: 0.5, padding: 4 },
  });
  pdf.moveDown(0.8);
}

/** Each column as wide as its widest cell, and an equal share of what is left. */
function columnWidths(pdf: PDFKit.PDFDocument, rows: readonly string[][]): number[] {
  const widest = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => pdf.widthOfString(row[column] ?? ''))),
  );
  const left = pdf.page.width - 2 * margin - widest.reduce((sum, width) => sum + width, 0);
  return widest.map((width) => width + left / widest.length);
}

function numberPages(pdf: PDFKit.PDFDocument, name: string): void {
  const { count } = pdf.bufferedPageRange();
  for (let index = 0; index < count; index++) {
    pdf.switchToPage(index);
    // The foot lies below the bottom margin, where text would start another page.
    pdf.page.margins.bottom = 0;
    pdf.font(regular, 9);
    pdf.text(`${name}  |  Page ${index + 1} of ${count}`, margin, pdf.page.height - margin / 2, { align: 'center' });
  }
}
