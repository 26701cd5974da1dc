import { hash } from 'node:crypto';
import { Markup, markup } from '../markup.ts';
import type { Block, Finding, Outline, Section } from '../outline/outline.ts';
import { styleSheet } from './style-sheet.ts';

/** Nothing is loaded, run, framed or sent from the page, wherever it is opened; this one style sheet alone holds. */
const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${hash('sha256', styleSheet, 'base64')}'; base-uri 'none'; form-action 'none'`;

/** A page that stands alone, made for printing. It is well-formed XML as well. */
export function renderHtml({ title, subtitle, sections }: Outline): string {
  const page = markup`<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="referrer" content="no-referrer" />
<meta name="robots" content="noindex" />
<title>${`${title} - ${subtitle}`}</title>
<style>${styleSheetMarkup}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
<p class="subtitle" dir="auto">${subtitle}</p>
</header>
${sections.map(sectionMarkup)}</main>
</body>
</html>
`;
  return `<!DOCTYPE html>\n${page.source}`;
}

/** Not escaped: it is ours, holds nothing that has to be, and its digest has to be that of the text between the tags. */
const styleSheetMarkup = new Markup(styleSheet);

function sectionMarkup({ topic, title, blocks }: Section): Markup {
  return markup`<section class="${topic}">
<h2>${title}</h2>
${blocks.map(blockMarkup)}</section>
`;
}

function blockMarkup(block: Block): Markup {
  switch (block.kind) {
    case 'paragraph':
      return markup`<p class="${block.tone ?? 'plain'}" dir="auto">${block.text}</p>\n`;
    case 'facts':
      return markup`<table class="facts"><tbody>
${block.rows.map(({ label, value }) => markup`<tr><th scope="row">${label}</th><td dir="auto">${value}</td></tr>\n`)}</tbody></table>
`;
    case 'list':
      return markup`<ul>\n${block.items.map((item) => markup`<li dir="auto">${item}</li>\n`)}</ul>\n`;
    case 'table':
      return markup`<table class="grid">
<colgroup>${block.columns.map(({ percent }) => markup`<col class="${`w${percent}`}" />`)}</colgroup>
<thead><tr>${block.columns.map((column) => markup`<th scope="col">${column.title}</th>`)}</tr></thead>
<tbody>
${block.rows.map((row) => markup`<tr>${row.map((cell) => markup`<td dir="auto">${cell}</td>`)}</tr>\n`)}</tbody></table>
`;
    case 'finding':
      return findingMarkup(block);
    default:
      return block satisfies never;
  }
}

function findingMarkup({ level, title, note, lines, quotes }: Finding): Markup {
  return markup`<article class="${level ?? 'plain'}">
<h3>${level === undefined ? [] : [markup`<span class="level">${level}</span> `]}<span dir="auto">${title}</span>${note === undefined ? [] : [markup` <small>(${note})</small>`]}</h3>
${lines.map(({ label, text }) => markup`<p dir="auto">${label === undefined ? [] : [markup`<b>${label}:</b> `]}${text}</p>\n`)}${quotes.map(
  ({ text, place }) => markup`<blockquote><span dir="auto">${text}</span> <cite>${place}</cite></blockquote>\n`,
)}</article>
`;
}
