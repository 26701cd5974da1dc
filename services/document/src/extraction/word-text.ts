/** The tree of a document as mammoth hands it to `transformDocument`, as far as its text is concerned. */
export interface WordElement {
  type: string;
  children?: readonly WordElement[];
  /** Of a `text`. */
  value?: string;
  /** Of a `break`: `line`, `page` or `column`. */
  breakType?: string;
  /** Of a `checkbox`. */
  checked?: boolean;
}

export interface WordDocument extends WordElement {
  notes: WordNotes;
}

interface WordNote {
  body: readonly WordElement[];
}

interface WordNotes {
  resolve(reference: WordElement): WordNote | null;
}

/** Stands for a page break until the text is cut there; XML cannot hold it, so no document brings its own. */
const pageBreak = '\f';

/**
 * The text between the page breaks of a document: one paragraph a line, a blank line between them. A table row is one
 * line with a tab between its cells, unless a cell has paragraphs of its own. Footnotes and endnotes follow the first
 * paragraph that refers to them, each once: notes can refer to each other in circles.
 */
export function sectionsOf(document: WordDocument): string[] {
  const notes = onceEach(document.notes);
  const blocks = (document.children ?? []).flatMap((element) => blocksOf(element, notes));
  return blocks
    .join('\n\n')
    .split(pageBreak)
    .map((section) => section.trim())
    .filter((section) => section !== '');
}

function onceEach(notes: WordNotes): WordNotes {
  const given = new Set<WordNote>();
  return {
    resolve: (reference) => {
      const note = notes.resolve(reference);
      if (!note || given.has(note)) return null;
      given.add(note);
      return note;
    },
  };
}

export function countOf(type: string, element: WordElement): number {
  const own = element.type === type ? 1 : 0;
  return (element.children ?? []).reduce((count, child) => count + countOf(type, child), own);
}

function blocksOf(element: WordElement, notes: WordNotes): string[] {
  switch (element.type) {
    case 'paragraph':
      return [trimLines(inlineText(element)), ...noteBlocks(element, notes)].filter((block) => block !== '');
    case 'tableRow':
      return rowBlocks(element, notes);
    default:
      return (element.children ?? []).flatMap((child) => blocksOf(child, notes));
  }
}

function rowBlocks(row: WordElement, notes: WordNotes): string[] {
  const cells = (row.children ?? []).map((cell) => blocksOf(cell, notes)).filter((blocks) => blocks.length > 0);
  const isOneLine = cells.length > 0 && cells.every((blocks) => blocks.length === 1);
  return isOneLine ? [cells.flat().join('\t')] : cells.flat();
}

function noteBlocks(element: WordElement, notes: WordNotes): string[] {
  if (element.type === 'noteReference') {
    return (notes.resolve(element)?.body ?? []).flatMap((child) => blocksOf(child, notes));
  }
  return (element.children ?? []).flatMap((child) => noteBlocks(child, notes));
}

function inlineText(element: WordElement): string {
  switch (element.type) {
    case 'text':
      return element.value ?? '';
    case 'tab':
      return '\t';
    case 'checkbox':
      return element.checked ? '☒' : '☐';
    case 'break':
      return element.breakType === 'page' ? pageBreak : '\n';
    default:
      return (element.children ?? []).map(inlineText).join('');
  }
}

function trimLines(text: string): string {
  return text
    .split(pageBreak)
    .map((part) => part.trim())
    .join(pageBreak);
}
