import { Archive } from './archive.ts';
import type { ArchiveLimits } from './archive-limits.ts';
import { UnreadableError } from './unreadable-error.ts';
import { UnsupportedContentError } from './unsupported-content-error.ts';

/** Word Online names the main part `document2.xml`. */
const mainPart = /^word\/document\d?\.xml$/;

/** The parser makes ten times as much of it, for which a document has no memory; 1,000 pages have half of it. */
const maxXmlBytes = 16 * 1024 * 1024;

const otherKinds: readonly (readonly [name: string, kind: string])[] = [
  ['xl/workbook.xml', 'an Excel workbook'],
  ['ppt/presentation.xml', 'a PowerPoint presentation'],
  ['content.xml', 'an OpenDocument file'],
];

/**
 * Sees, by the table of contents of the stored file, that a ZIP archive is a Word document. Nothing is unpacked, so
 * this is cheap enough for the thread that serves requests.
 *
 * @throws {UnsupportedContentError} when it is an archive of something else.
 * @throws {UnreadableError} `damaged`, `encrypted` or `unsafe_archive`.
 */
export async function confirmWordDocument(path: string, limits: ArchiveLimits): Promise<void> {
  using archive = await Archive.open(path, limits);
  const names = new Set(archive.names);
  if (isWordDocument(names)) return;
  const [, kind] = otherKinds.find(([name]) => names.has(name)) ?? [];
  throw new UnsupportedContentError(kind ?? 'a ZIP archive', kind ? 'Save it as PDF. ' : 'Upload the files in it. ');
}

/**
 * The XML parts of a Word document by name, after the whole archive was seen to stay within the limits.
 *
 * @throws {UnreadableError} `damaged`, `encrypted`, `unsafe_archive`, `too_large` or `unsafe_xml`.
 */
export async function readWordParts(bytes: Buffer, limits: ArchiveLimits): Promise<Map<string, Buffer>> {
  using archive = await Archive.open(bytes, limits);
  if (archive.claimedBytes(isXml) > maxXmlBytes) {
    throw new UnreadableError('too_large', 'The Word document is too long. Upload it in parts, or as a PDF.');
  }
  const parts = await archive.unpack(isXml);
  if (!isWordDocument(new Set(parts.keys()))) {
    throw new UnreadableError('damaged', 'The Word document lacks its main part. Save it again and upload it.');
  }
  for (const part of parts.values()) refuseDeclarations(part);
  return parts;
}

function isXml(name: string): boolean {
  return name.endsWith('.xml') || name.endsWith('.rels');
}

function isWordDocument(names: ReadonlySet<string>): boolean {
  return names.has('[Content_Types].xml') && [...names].some((name) => mainPart.test(name));
}

/** Word writes no document types; they are how XML pulls in files and blows itself up. */
function refuseDeclarations(xml: Buffer): void {
  if (!/<!(?:doctype|entity)/i.test(xml.toString('latin1'))) return;
  throw new UnreadableError('unsafe_xml', 'The Word document declares XML entities, which no word processor does.');
}
