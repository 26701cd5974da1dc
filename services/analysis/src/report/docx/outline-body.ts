import { type Markup, markup } from '../markup.ts';
import type { Block, Finding, Outline, Section } from '../outline/outline.ts';

/** The width between the margins, in twentieths of a point. */
const textWidth = 9638;

/** The review as paragraphs and tables of WordprocessingML. */
export function outlineBody({ title, subtitle, sections }: Outline): Markup[] {
  return [paragraph('Title', title), paragraph('Subtitle', subtitle), ...sections.flatMap(sectionBody)];
}

function sectionBody({ title, blocks }: Section): Markup[] {
  return [paragraph('Heading1', title), ...blocks.flatMap(blockBody)];
}

function blockBody(block: Block): Markup[] {
  switch (block.kind) {
    case 'paragraph':
      return [
        paragraph(block.tone === 'muted' ? 'Muted' : block.tone === 'warning' ? 'Warning' : 'BodyText', block.text),
      ];
    case 'facts':
      return [
        table(
          [24, 76],
          block.rows.map(({ label, value }) => [cell('FactLabel', label), cell('TableText', value)]),
        ),
      ];
    case 'list':
      return block.items.map((item) => bullet(item));
    case 'table':
      return [
        table(
          block.columns.map(({ percent }) => percent),
          block.rows.map((row) => row.map((text) => cell('TableText', text))),
          block.columns.map(({ title }) => cell('FactLabel', title)),
        ),
      ];
    case 'finding':
      return findingBody(block);
    default:
      return block satisfies never;
  }
}

function findingBody({ level, title, note, lines, quotes }: Finding): Markup[] {
  return [
    markup`<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr>${level === undefined ? [] : [run(`${level.toUpperCase()}  `, `Level${level}`)]}${[run(title)]}${note === undefined ? [] : [run(`  (${note})`, 'Note')]}</w:p>\n`,
    ...lines.map(
      ({ label, text }) =>
        markup`<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>${label === undefined ? [] : [run(`${label}: `, 'Strong')]}${[run(text)]}</w:p>\n`,
    ),
    ...quotes.map(
      ({ text, place }) =>
        markup`<w:p><w:pPr><w:pStyle w:val="Quote"/></w:pPr>${[run(text)]}${[run(`  ${place}`, 'Note')]}</w:p>\n`,
    ),
  ];
}

function table(percents: readonly number[], rows: readonly (readonly Markup[])[], head?: readonly Markup[]): Markup {
  const widths = percents.map((percent) => Math.round((textWidth * percent) / 100));
  const rowMarkup = (cells: readonly Markup[], properties: Markup) =>
    markup`<w:tr><w:trPr><w:cantSplit/>${properties}</w:trPr>${cells.map(
      (content, index) =>
        markup`<w:tc><w:tcPr><w:tcW w:w="${widths[index] ?? 0}" w:type="dxa"/></w:tcPr>${content}</w:tc>`,
    )}</w:tr>\n`;
  return markup`<w:tbl><w:tblPr><w:tblStyle w:val="ReviewTable"/><w:tblW w:w="${textWidth}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>${widths.map((width) => markup`<w:gridCol w:w="${width}"/>`)}</w:tblGrid>
${head === undefined ? [] : [rowMarkup(head, markup`<w:tblHeader/>`)]}${rows.map((row) => rowMarkup(row, markup``))}</w:tbl>
${[paragraph('AfterTable', '')]}`;
}

function bullet(text: string): Markup {
  return markup`<w:p><w:pPr><w:pStyle w:val="ListBullet"/></w:pPr><w:r><w:t>\u2022</w:t><w:tab/></w:r>${[run(text)]}</w:p>\n`;
}

function cell(style: string, text: string): Markup {
  return paragraph(style, text);
}

function paragraph(style: string, text: string): Markup {
  return markup`<w:p><w:pPr><w:pStyle w:val="${style}"/></w:pPr>${text === '' ? [] : [run(text)]}</w:p>\n`;
}

function run(text: string, style?: string): Markup {
  const properties = style === undefined ? markup`` : markup`<w:rPr><w:rStyle w:val="${style}"/></w:rPr>`;
  return markup`<w:r>${properties}<w:t xml:space="preserve">${text}</w:t></w:r>`;
}
