import { archives } from './corpus/archives.ts';
import { filenames } from './corpus/filenames.ts';
import { pdfBombs } from './corpus/pdf-bombs.ts';
import { pdfStructures } from './corpus/pdf-structures.ts';
import { polyglots } from './corpus/polyglots.ts';
import { texts } from './corpus/texts.ts';
import { wordDocuments } from './corpus/word-documents.ts';
import type { HostileFile } from './hostile-file.ts';

/** All of them; their names are unique. */
export const corpus: readonly HostileFile[] = [
  ...archives,
  ...wordDocuments,
  ...pdfBombs,
  ...pdfStructures,
  ...polyglots,
  ...texts,
  ...filenames,
];
