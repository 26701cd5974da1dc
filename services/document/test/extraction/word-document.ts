import { type ZipEntrySpec, zipArchive } from './zip-archive.ts';

const namespaces =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';

const contentTypes = `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`;

const packageRelationships = relationships(
  '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>',
);

export function relationships(items: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${items}</Relationships>`;
}

export function paragraph(text: string): string {
  return `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

/** The main part of a Word document; `prolog` stands between the XML declaration and the root. */
export function documentXml(body: string, prolog = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${prolog}<w:document ${namespaces}><w:body>${body}</w:body></w:document>`;
}

export function part(name: string, content: string): ZipEntrySpec {
  return { name, data: Buffer.from(content) };
}

/** The parts of the smallest Word document with this main part. */
export function wordParts(document: string): ZipEntrySpec[] {
  return [
    part('[Content_Types].xml', contentTypes),
    part('_rels/.rels', packageRelationships),
    part('word/document.xml', document),
  ];
}

export function wordDocument(document: string, more: readonly ZipEntrySpec[] = []): Buffer {
  return zipArchive([...wordParts(document), ...more]);
}
