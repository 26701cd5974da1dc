import type { Block, Finding, Outline, Section } from './outline/outline.ts';

/** Markdown as CommonMark and GitHub read it. */
export function renderMarkdown({ title, subtitle, sections }: Outline): string {
  const blocks = [`# ${escaped(title)}`, escaped(subtitle), ...sections.flatMap(sectionBlocks)];
  return `${blocks.join('\n\n')}\n`;
}

function sectionBlocks({ title, blocks }: Section): string[] {
  return [`## ${escaped(title)}`, ...blocks.map(blockText)];
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return block.tone === 'warning' ? `> **${escaped(block.text)}**` : escaped(block.text);
    case 'facts':
      return table(
        ['', ''],
        block.rows.map(({ label, value }) => [`**${escaped(label)}**`, escaped(value)]),
      );
    case 'list':
      return block.items.map((item) => `- ${escaped(item)}`).join('\n');
    case 'table':
      return table(
        block.columns.map(({ title }) => title),
        block.rows.map((row) => row.map(escaped)),
      );
    case 'finding':
      return findingText(block);
    default:
      return block satisfies never;
  }
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function findingText({ level, title, note, lines, quotes }: Finding): string {
  const rank = level === undefined ? '' : `${level.toUpperCase()}: `;
  return [
    `### ${rank}${escaped(title)}${note === undefined ? '' : ` (${escaped(note)})`}`,
    ...lines.map(({ label, text }) =>
      label === undefined ? escaped(text) : `**${escaped(label)}:** ${escaped(text)}`,
    ),
    ...quotes.map(({ text, place }) => `> ${escaped(text)} (${place})`),
  ].join('\n\n');
}

/**
 * A single line as text and nothing else: no link, picture, HTML, emphasis, code, formula, table cell, heading or list
 * comes of it. Entities are used where readers of Markdown disagree on backslashes, and addresses are broken up, since
 * GitHub makes links of bare ones. See https://spec.commonmark.org/0.31.2/#backslash-escapes and https://github.github.com/gfm/#autolinks-extension-.
 */
function escaped(line: string): string {
  return line
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]|~$!#@]/g, '\\$&')
    .replace(/:(?=\/\/)|(?<=\b(?:mailto|xmpp)):|(?<=\bwww)\./gi, '\\$&')
    .replace(/^[-+=:]|(?<=^\d{1,9})[.)]/, '\\$&');
}
