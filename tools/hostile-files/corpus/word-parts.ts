import type { ZipEntry } from './zip-bytes.ts';
import { zipFile } from './zip-bytes.ts';

const namespaces =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"';

const contentTypes = `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`;

/** The types of relationships that Office knows stand below this address. */
const officeRelationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/';

export interface Relationship {
  type: string;
  target: string;
  external?: boolean;
}

/** A part that holds relationships, whose ids are `rId1` and so on. */
export function relationshipsXml(relationships: readonly Relationship[]): string {
  const items = relationships.map(
    ({ type, target, external }, index) =>
      `<Relationship Id="rId${index + 1}" Type="${officeRelationships}${type}" Target="${target}"${external ? ' TargetMode="External"' : ''}/>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${items.join('')}</Relationships>`;
}

export function paragraph(text: string): string {
  return `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

/** The main part; `prolog` stands between the XML declaration and the root. */
export function documentXml(body: string, prolog = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${prolog}<w:document ${namespaces}><w:body>${body}</w:body></w:document>`;
}

/** Another part of the same vocabulary, such as `footnotes`. */
export function partXml(root: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><w:${root} ${namespaces}>${content}</w:${root}>`;
}

/** The entries of the smallest Word document with this main part; later entries replace those of the same name. */
export function wordEntries(document: string | Buffer, more: readonly ZipEntry[] = []): ZipEntry[] {
  const entries: ZipEntry[] = [
    { name: '[Content_Types].xml', data: contentTypes },
    { name: '_rels/.rels', data: relationshipsXml([{ type: 'officeDocument', target: 'word/document.xml' }]) },
    { name: 'word/document.xml', data: document },
  ];
  return [...entries.filter(({ name }) => !more.some((entry) => entry.name === name)), ...more];
}

export function wordFile(document: string | Buffer, more: readonly ZipEntry[] = []): Buffer {
  return zipFile(wordEntries(document, more));
}
