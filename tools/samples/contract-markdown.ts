/** A piece of running text. */
export interface Span {
  text: string;
  bold: boolean;
}

export type Block =
  | { kind: 'title'; text: string }
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; spans: Span[] }
  | { kind: 'table'; rows: string[][] };

/**
 * Reads the Markdown that our contracts are written in: `#` for the title, `##` for headings, `**bold**`, tables, and
 * paragraphs that each stand on one line.
 */
export function parseContract(markdown: string): Block[] {
  return markdown
    .split(/\n{2,}/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .map(parseBlock);
}

function parseBlock(block: string): Block {
  if (block.startsWith('# ')) return { kind: 'title', text: block.slice(2) };
  if (block.startsWith('## ')) return { kind: 'heading', text: block.slice(3) };
  if (block.startsWith('| ')) return { kind: 'table', rows: parseTable(block) };
  return { kind: 'paragraph', spans: parseSpans(block) };
}

function parseTable(block: string): string[][] {
  return block
    .split('\n')
    .filter((line) => !/^\|[\s|-]+\|$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** Bold ends at spaces and takes them along: a line may break where it ends, even inside a word. */
function parseSpans(text: string): Span[] {
  return text
    .replace(/([^\s*]*)\*\*(.+?)\*\*([^\s*]* ?)/g, '**$1$2$3**')
    .split('**')
    .map((piece, index) => ({ text: piece, bold: index % 2 === 1 }))
    .filter((span) => span.text !== '');
}
