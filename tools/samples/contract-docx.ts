import {
  AlignmentType,
  Document,
  Footer,
  HeadingLevel,
  Packer,
  PageNumber,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import type { Block } from './contract-markdown.ts';
import { withZipDate } from './zip-date.ts';

const font = 'Times New Roman';
/** In half-points and twentieths of a point, as Word counts. */
const bodySize = 22;
const letterPaper = { width: 12_240, height: 15_840 };
const oneInch = 1_440;
const afterParagraph = 140;

export interface ContractDocxOptions {
  /** Stands at the foot of each page. */
  name: string;
  author: string;
  createdAt: Date;
}

/** A contract as a Word document with real headings and tables. The same blocks give the same bytes. */
export async function contractDocx(blocks: readonly Block[], options: ContractDocxOptions): Promise<Buffer> {
  const document = new Document({
    styles: { default: { document: { run: { font, size: bodySize } } } },
    sections: [
      {
        properties: {
          page: { size: letterPaper, margin: { top: oneInch, right: oneInch, bottom: oneInch, left: oneInch } },
        },
        footers: { default: footer(options.name) },
        children: blocks.map(blockElement),
      },
    ],
  });
  const bytes = await Packer.toBuffer(document, false, [coreProperties(options)]);
  return withZipDate(bytes, options.createdAt);
}

function blockElement(block: Block): Paragraph | Table {
  switch (block.kind) {
    case 'title':
      return new Paragraph({ text: block.text, heading: HeadingLevel.TITLE, alignment: AlignmentType.CENTER });
    case 'heading':
      return new Paragraph({
        text: block.text,
        heading: HeadingLevel.HEADING_1,
        keepNext: true,
        pageBreakBefore: block.text.startsWith('SCHEDULE'),
        spacing: { before: 240, after: afterParagraph },
      });
    case 'paragraph':
      return new Paragraph({
        children: block.spans.map((span) => new TextRun({ text: span.text, bold: span.bold })),
        spacing: { after: afterParagraph },
      });
    case 'table':
      return new Table({
        width: { size: 100, type: WidthType.PERCENTAGE },
        rows: block.rows.map((cells) => new TableRow({ children: cells.map(tableCell) })),
      });
    default:
      throw new TypeError(`no such block: ${JSON.stringify(block satisfies never)}`);
  }
}

function tableCell(text: string): TableCell {
  return new TableCell({ children: [new Paragraph(text)], margins: { top: 60, bottom: 60, left: 100, right: 100 } });
}

function footer(name: string): Footer {
  const children = [`${name}  |  Page `, PageNumber.CURRENT, ' of ', PageNumber.TOTAL_PAGES];
  return new Footer({
    children: [new Paragraph({ alignment: AlignmentType.CENTER, children: [new TextRun({ children, size: 18 })] })],
  });
}

/** Replaces the library's own, which bears the time of day. */
function coreProperties({ name, author, createdAt }: ContractDocxOptions): { path: string; data: string } {
  const date = createdAt.toISOString().replace(/\.\d+/, '');
  const data = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${name}</dc:title><dc:creator>${author}</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">${date}</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">${date}</dcterms:modified></cp:coreProperties>`;
  return { path: 'docProps/core.xml', data };
}
