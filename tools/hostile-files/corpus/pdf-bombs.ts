import { deflateSync } from 'node:zlib';
import { clause, type HostileFile, type Outcome } from '../hostile-file.ts';
import { numbered, onePage, type PdfObject, type PdfOptions, pdfFile, show, stream } from './pdf-bytes.ts';
import { letters, mebibyte, noise, zlibRun } from './repeatable-bytes.ts';

const exhausting: readonly Outcome[] = ['unreadable out_of_memory', 'unreadable timed_out'];
const orNothing: readonly Outcome[] = [...exhausting, 'unreadable damaged', 'unreadable no_text', 'needs_ocr', 'ready'];

function pdf(
  name: string,
  attack: string,
  expected: readonly Outcome[],
  objects: () => readonly PdfObject[],
  options: PdfOptions = {},
): HostileFile {
  return { name, filename: `${name}.pdf`, attack, expected, content: () => pdfFile(objects(), options) };
}

/** A page whose content is this stream. */
function content(filter: string, data: PdfObject): PdfObject[] {
  return onePage(stream(filter, data));
}

function deflated(data: PdfObject): Buffer {
  return deflateSync(typeof data === 'string' ? Buffer.from(data, 'latin1') : data, { level: 9 });
}

/** Streams that unpack to far more than they are. */
const streams: readonly HostileFile[] = [
  pdf('pdf-flate-bomb', 'unpacks a page to 1 GB', exhausting, () => content('/Filter /FlateDecode', zlibRun(1024))),
  pdf('pdf-flate-bomb-in-two-layers', 'unpacks a page of 20 KB to 4 GB in two steps', exhausting, () =>
    content('/Filter [/FlateDecode /FlateDecode]', deflated(zlibRun(4096))),
  ),
  pdf('pdf-flate-bomb-in-twenty-layers', 'packs a page twenty times over', orNothing, () =>
    content(
      `/Filter [${'/FlateDecode '.repeat(20)}]`,
      Array.from({ length: 19 }).reduce<Buffer>((data) => deflated(data), zlibRun(512)),
    ),
  ),
  pdf('pdf-lzw-bomb', 'unpacks a page by LZW to 500 MB', exhausting, () =>
    content('/Filter [/FlateDecode /LZWDecode]', deflated(lzwRun(500))),
  ),
  pdf('pdf-run-length-bomb', 'unpacks a page by run lengths to 600 MB', exhausting, () =>
    content('/Filter [/FlateDecode /RunLengthDecode]', deflated(Buffer.alloc(10 * mebibyte, Buffer.from([129, 0x20])))),
  ),
  pdf('pdf-ascii85-bomb', 'unpacks a page by ASCII85 to 200 MB', exhausting, () =>
    content('/Filter [/FlateDecode /ASCII85Decode]', deflated(Buffer.alloc(50 * mebibyte, 'z'))),
  ),
  pdf('pdf-chain-of-10000-filters', 'names 10,000 filters for one page', orNothing, () =>
    content(`/Filter [${'/ASCIIHexDecode '.repeat(10_000)}]`, '20>'),
  ),
  pdf('pdf-predictor-of-2-billion-columns', 'has a predictor with 2^31 - 1 columns', orNothing, () =>
    content(
      '/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 2147483647 /Colors 32 /BitsPerComponent 32 >>',
      deflated(show(clause)),
    ),
  ),
  pdf('pdf-predictor-of-negative-columns', 'has a predictor with -1 columns', orNothing, () =>
    content(
      '/Filter /FlateDecode /DecodeParms << /Predictor 2 /Columns -1 /Colors 0 /BitsPerComponent 0 >>',
      deflated(show(clause)),
    ),
  ),
  pdf('pdf-image-in-the-page-of-2-gigapixels', 'draws an inline picture of 65,535 by 65,535 pixels', orNothing, () =>
    onePage(`${show(clause)}q BI /W 65535 /H 65535 /BPC 8 /CS /RGB ID ${'x'.repeat(100)} EI Q\n`),
  ),
  {
    name: 'pdf-object-stream-bomb',
    filename: 'pdf-object-stream-bomb.pdf',
    attack: 'unpacks its objects to 1 GB',
    expected: [...exhausting, 'unreadable damaged'],
    content: objectStreamBomb,
  },
];

/**
 * LZW data that clears the table after every 252 codes, so that all codes have nine bits: 256 clears it, 32 is a space,
 * and each code from 258 on is a run of spaces that is longer by one (ISO 32000-1, section 7.4.4).
 */
function lzwRun(mebibytes: number): Buffer {
  const codes = [256, 32, ...Array.from({ length: 250 }, (_, index) => 258 + index)];
  const bits = codes.map((code) => code.toString(2).padStart(9, '0')).join('');
  // Twice, because only then it ends with a byte.
  const bytes = (bits + bits).match(/.{8}/g) ?? [];
  const period = Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
  const unpackedBytes = 2 * (1 + (251 * 252) / 2);
  return Buffer.alloc(period.length * Math.ceil((mebibytes * mebibyte) / unpackedBytes), period);
}

/** The catalog is in a stream whose other objects are blanks. */
function objectStreamBomb(): Buffer {
  const objects = stream('/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', zlibRun(1024));
  const { body, table } = numbered([objects]);
  const row = (type: number, second: number, third: number) => {
    const bytes = Buffer.alloc(7);
    bytes.writeUInt8(type, 0);
    bytes.writeUInt32BE(second, 1);
    bytes.writeUInt16BE(third, 5);
    return bytes;
  };
  const rows = Buffer.concat([row(0, 0, 65_535), row(1, table[0] ?? 0, 0), row(2, 1, 0), row(1, body.length, 0)]);
  const xref = stream('/Type /XRef /Size 4 /W [1 4 2] /Root 2 0 R', rows);
  return Buffer.concat([
    body,
    Buffer.from('3 0 obj\n'),
    xref,
    Buffer.from(`\nendobj\nstartxref\n${body.length}\n%%EOF\n`),
  ]);
}

/** A composite font whose codes are turned into text by this map. */
function mappedFont(map: string): PdfObject[] {
  return onePage(`BT /F1 11 Tf 72 700 Td <00010002> Tj ET`, {
    font: '<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>',
    more: [
      '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>',
      stream(
        '',
        `/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n${map}\nendcmap`,
      ),
    ],
  });
}

/** A font whose file is this stream. */
function embeddedFont(key: string, file: Buffer): PdfObject[] {
  return onePage(show(clause), {
    font: '<< /Type /Font /Subtype /TrueType /BaseFont /A /FirstChar 0 /LastChar 255 /Widths 8 0 R /FontDescriptor 6 0 R >>',
    more: [`<< /Type /FontDescriptor /FontName /A /Flags 4 /${key} 7 0 R >>`, file, `[${'500 '.repeat(256)}]`],
  });
}

/** Operators and maps that take long or grow large. */
const work: readonly HostileFile[] = [
  pdf('pdf-million-text-operators', 'shows a letter a million times on a page', [...exhausting, 'ready'], () =>
    content(
      '/Filter /FlateDecode',
      deflated(`BT /F1 11 Tf ${varied(1_000_000, (index) => `1 0 0 1 ${index % 600} ${index % 790} Tm (a) Tj\n`)}ET`),
    ),
  ),
  pdf(
    'pdf-ten-million-operators',
    'saves and restores the state ten million times',
    [...exhausting, 'unreadable no_text', 'needs_ocr'],
    () => content('/Filter /FlateDecode', deflated('q Q\n'.repeat(10_000_000))),
  ),
  pdf('pdf-million-saved-states', 'saves the state a million times and never restores it', orNothing, () =>
    content('/Filter /FlateDecode', deflated('q\n'.repeat(1_000_000))),
  ),
  pdf('pdf-text-of-20-megabytes', 'shows one string of 20 MB', [...exhausting, 'unreadable too_large', 'ready'], () =>
    content('/Filter /FlateDecode', deflated(show(letters(20 * mebibyte)))),
  ),
  pdf('pdf-text-moved-by-infinities', 'moves its text by numbers beyond all bounds', orNothing, () =>
    onePage(
      `BT /F1 1e308 Tf 1e308 1e308 Td (a) Tj [(b) -1e308 (c) 99999999999999999999999999999999 (d)] TJ ${'9'.repeat(100_000)} 0 Td (e) Tj ET ${show(clause)}`,
    ),
  ),
  pdf('pdf-string-nested-a-million-deep', 'nests a million brackets in a string', orNothing, () =>
    onePage(`BT /F1 11 Tf (${'('.repeat(1_000_000)}${')'.repeat(1_000_000)}) Tj ET`),
  ),
  pdf('pdf-array-nested-a-million-deep', 'nests a million arrays on a page', orNothing, () =>
    onePage(`${show(clause)}${'['.repeat(1_000_000)}${']'.repeat(1_000_000)} TJ`),
  ),
  pdf('pdf-array-nested-in-an-object', 'nests a million arrays in an object', orNothing, () =>
    onePage(show(clause), { catalog: `/Outlines ${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}` }),
  ),
  pdf('pdf-dictionary-nested-100000-deep', 'nests 100,000 dictionaries', orNothing, () =>
    onePage(show(clause), { page: `/A ${'<< /A '.repeat(100_000)}1${' >>'.repeat(100_000)}` }),
  ),
  pdf('pdf-string-of-40-megabytes', 'has a string of 40 MB in a dictionary', ['ready', ...exhausting], () =>
    onePage(show(clause), { page: `/A (${letters(40 * mebibyte)})` }),
  ),
  pdf('pdf-name-of-10-megabytes', 'has a name of 10 MB', ['ready', ...exhausting, 'unreadable damaged'], () =>
    onePage(show(clause), { page: `/A /${letters(10 * mebibyte)}` }),
  ),
  pdf('pdf-character-map-of-4-billion-codes', 'maps 2^32 codes to text in one range', orNothing, () =>
    mappedFont('1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange'),
  ),
  pdf('pdf-character-map-of-300-full-ranges', 'maps 16 million codes in each of 300 ranges', orNothing, () =>
    mappedFont(`300 beginbfrange ${'<000000> <FFFFFF> <0041>\n'.repeat(300)} endbfrange`),
  ),
  pdf('pdf-character-map-of-long-texts', 'maps each of 65,536 codes to a text of 2,000 letters', orNothing, () =>
    mappedFont(`1 beginbfrange <0000> <FFFF> <${'0041'.repeat(2000)}> endbfrange`),
  ),
  pdf('pdf-character-map-that-uses-itself', 'has a character map that is based on itself', orNothing, () =>
    mappedFont('/A usecmap').with(
      6,
      stream('/Type /CMap /CMapName /A /UseCMap 7 0 R', '/A usecmap 1 beginbfchar <0001> <0041> endbfchar'),
    ),
  ),
  pdf('pdf-font-bomb', 'has a font that unpacks to 1 GB', [...exhausting, 'ready'], () =>
    embeddedFont('FontFile2', stream('/Filter /FlateDecode', zlibRun(1024))),
  ),
  pdf('pdf-font-of-noise', 'has a font that is noise behind an honest header', ['ready', ...exhausting], () =>
    embeddedFont('FontFile2', stream('', Buffer.concat([Buffer.from('00010000ffff00000000', 'hex'), noise(100_000)]))),
  ),
  pdf(
    'pdf-font-program-that-calls-itself',
    'has a Type 1 font whose program is endless',
    ['ready', ...exhausting],
    () =>
      embeddedFont(
        'FontFile',
        stream(
          `/Length1 100000 /Length2 100 /Length3 0`,
          `%!PS-AdobeFont-1.0: A\n/FontMatrix [${'0 '.repeat(20_000)}`.padEnd(100_000, '{'),
        ),
      ),
  ),
  pdf('pdf-widths-of-a-billion-glyphs', 'states widths for a billion glyphs', orNothing, () => [
    ...mappedFont('').slice(0, 5),
    '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /W [0 1000000000 500] /W2 [0 1000000000 1 1 1] >>',
    stream('', ''),
  ]),
];

function varied(count: number, item: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => item(index)).join('');
}

export const pdfBombs: readonly HostileFile[] = [...streams, ...work];
