import mammoth from 'mammoth';
import type { ArchiveLimits } from './archive-limits.ts';
import { withoutLineBreakCharacters } from './line-break-characters.ts';
import { codePointCount, cutIntoPages, separatePages } from './page-map.ts';
import type { Reading, TextBudget } from './reading.ts';
import { toStorableText } from './storable-text.ts';
import { storedZip } from './stored-zip.ts';
import { UnreadableError } from './unreadable-error.ts';
import { readWordParts } from './word-archive.ts';
import { countOf, sectionsOf, type WordDocument } from './word-text.ts';

/**
 * Reads a Word document. Tracked changes read as if accepted; comments, headers and footers are left out, and so are
 * the numbers that Word counts itself, because the document does not hold them.
 *
 * Word stores no pages either. A page break that the author set starts a page; between them pages are approximate:
 * about 3,000 characters each, cut at the ends of paragraphs.
 *
 * @throws {UnreadableError} `damaged`, `encrypted`, `unsafe_archive`, `unsafe_xml` or `too_large`.
 */
export async function readDocx(bytes: Buffer, limits: ArchiveLimits, budget: TextBudget): Promise<Reading> {
  // mammoth sees an archive that is written here from the parts that were checked, so it cannot see another one.
  const document = await parse(storedZip(await readWordParts(bytes, limits)));
  const sections = sectionsOf(document).map(plainText);
  budget.checkPages(sections.length);
  for (const section of sections) budget.addChars(codePointCount(section));
  const pictures = countOf('image', document);
  if (sections.length === 0 && pictures > 0) return { kind: 'scan', pageCount: pictures };
  return { kind: 'text', pages: separatePages(sections).flatMap(cutIntoPages) };
}

function plainText(section: string): string {
  return toStorableText(withoutLineBreakCharacters(section).replaceAll('\u00ad', ''));
}

async function parse(archive: Buffer): Promise<WordDocument> {
  try {
    return await new Promise<WordDocument>((resolve, reject) => {
      const transformDocument = (document: WordDocument) => {
        resolve(document);
        // Only the tree is wanted, so there is nothing left to convert.
        return { ...document, children: [] };
      };
      mammoth.convertToHtml({ buffer: archive }, { transformDocument, externalFileAccess: false }).catch(reject);
    });
  } catch (cause) {
    throw new UnreadableError(
      'damaged',
      'The Word document is damaged. Open and save it in Word, and upload it again.',
      {
        cause,
      },
    );
  }
}
