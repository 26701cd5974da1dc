/** Tags that only say how text looks. Those that strike text out or mark it as new are none of them. */
const inline = 'abbr|b|big|em|font|i|small|span|strong|sub|sup|u';
/** Tags whose end, on the page, ends a line. */
const block = 'blockquote|center|div|h[1-6]|li|ol|p|table|tbody|tfoot|thead|tr|ul';
const attributes = '(?:\\s[^<>]{0,500})?';

const lineEnd = new RegExp(`<br${attributes}/?>|</(?:${block})\\s{0,3}>`, 'gi');
const cellEnd = /<\/t[dh]\s{0,3}>/gi;
const otherTag = new RegExp(`<(?:td|th|hr|${inline}|${block})${attributes}/?>|</(?:${inline})\\s{0,3}>`, 'gi');
/** The target of a link. A link itself has an address, which is said nowhere else. */
const anchor = /<a\s(?:id|name)\s?=\s?["']?[^"'<>]{0,200}["']?\s?>([^<>]{0,500})<\/a>/gi;

/**
 * Markdown as it reads on the page: without the HTML tags that people write into it to make it look well, and with all text between them. Line
 * breaks and the ends of blocks become line feeds, the ends of cells tabs. Whatever else stands between angle brackets stays: blanks of a form
 * (`<Supplier>`), addresses, comments, links, pictures, and text that is struck out.
 */
export function withoutTags(markdown: string): string {
  if (!markdown.includes('<')) return markdown;
  return markdown.replace(lineEnd, '\n').replace(cellEnd, '\t').replace(otherTag, '').replace(anchor, '$1');
}
