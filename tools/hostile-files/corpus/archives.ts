import { crc32, deflateRawSync } from 'node:zlib';
import { clause, type HostileFile, type Outcome } from '../hostile-file.ts';
import { deflatedRun, letters, mebibyte, noise } from './repeatable-bytes.ts';
import { documentXml, paragraph, wordEntries, wordFile } from './word-parts.ts';
import { centralHeader, endRecord, localHeader, type ZipEntry, zipFile } from './zip-bytes.ts';

const document = documentXml(paragraph(clause));
const dangerous: readonly Outcome[] = ['refused DANGEROUS_FILE'];

function archive(
  name: string,
  attack: string,
  expected: readonly Outcome[],
  content: () => Buffer,
  text?: string,
): HostileFile {
  return { name, filename: `${name}.docx`, attack, expected, content, ...(text === undefined ? {} : { text }) };
}

/** A Word document with one more entry. */
function withEntry(entry: ZipEntry): Buffer {
  return wordFile(document, [entry]);
}

/** Entries that say that they are as large as they are, without being packed here. */
function run(name: string, mebibytes: number): ZipEntry {
  return { name, data: '', packed: deflatedRun(mebibytes), size: mebibytes * mebibyte };
}

/** Bombs: archives that unpack to far more than they are. */
const bombs: readonly HostileFile[] = [
  archive('zip-bomb-flat', 'unpacks one entry to 1 GB', dangerous, () =>
    wordFile('', [run('word/document.xml', 1024)]),
  ),
  archive(
    'zip-bomb-that-claims-to-be-small',
    'unpacks the main part to 1 GB and claims 1,000 bytes',
    ['unreadable unsafe_archive'],
    () => wordFile('', [{ ...run('word/document.xml', 1024), size: 1000 }]),
  ),
  archive('zip-bomb-of-many-entries', 'unpacks 200 entries to 90 MB each', dangerous, () =>
    wordFile(document, copies(200, run('', 90))),
  ),
  archive('zip-bomb-below-the-ratio', 'unpacks 60 entries to 6 MB each, at a ratio of 100', dangerous, () =>
    wordFile(document, copies(60, packedOnce(Buffer.concat([noise(60 * 1024), Buffer.alloc(6 * mebibyte)])))),
  ),
  archive('zip-bomb-with-quoted-headers', 'lets 500 entries share one kernel of 20 MB (Fifield 2019)', dangerous, () =>
    quotedOverlap(500, 20),
  ),
  archive('zip-bomb-with-shared-data', 'points 1,000 entries of its table at the same data', dangerous, () =>
    sharedData(1000),
  ),
  archive(
    'zip-bomb-nested',
    'holds archives in archives, six levels deep, ten in each (42.zip)',
    ['ready'],
    () => withEntry({ name: 'word/embeddings/nested.zip', data: nestedArchives(6), method: 0 }),
    clause,
  ),
  archive('zip-of-zips', 'is six levels of archives and no document', ['refused UNSUPPORTED_FILE_TYPE'], () =>
    nestedArchives(6),
  ),
  archive('zip-that-contains-itself', 'has an entry whose data is the whole archive', dangerous, containsItself),
  archive('zip-of-10000-entries', 'holds 10,000 empty entries', dangerous, () => manyEntries(10_000)),
  archive('zip-of-65535-entries', 'holds as many entries as a table can count', dangerous, () => manyEntries(65_535)),
  archive(
    'zip-of-10000-entries-that-claims-3',
    'holds 10,000 entries and claims three',
    ['ready'],
    () => zipFile(wordEntries(document, emptyEntries(10_000)), { entryCount: 3 }),
    clause,
  ),
  archive(
    'zip-table-of-45-megabytes',
    'has 700 entries with names of 64 KB, which fill a table of 45 MB',
    dangerous,
    () =>
      zipFile(
        wordEntries(
          document,
          Array.from({ length: 700 }, (_, index) => ({
            name: `${index}`.padEnd(65_000, 'x'),
            data: '',
            method: 0,
            local: { name: '' },
          })),
        ),
      ),
  ),
];

/** As many entries, under names of their own. */
function copies(count: number, entry: ZipEntry): ZipEntry[] {
  return Array.from({ length: count }, (_, index) => ({ ...entry, name: `word/media/${index}.bin` }));
}

function packedOnce(data: Buffer): ZipEntry {
  return { name: '', data: '', packed: deflateRawSync(data), size: data.length, checksum: crc32(data) };
}

function emptyEntries(count: number): ZipEntry[] {
  return Array.from({ length: count }, (_, index) => ({ name: `word/media/${index}`, data: '', method: 0 }));
}

function manyEntries(count: number): Buffer {
  return zipFile(wordEntries(document, emptyEntries(count - 3)));
}

function nestedArchives(levels: number): Buffer {
  let inner = zipFile([{ ...run('zeros', 100) }]);
  for (let level = 0; level < levels; level++) {
    const copy = inner;
    const packed = deflateRawSync(copy, { level: 9 });
    inner = zipFile(Array.from({ length: 10 }, (_, index) => ({ name: `${index}.zip`, data: copy, packed })));
  }
  return inner;
}

function sharedData(count: number): Buffer {
  const shared = run('word/media/0', 4);
  return wordFile(document, [
    shared,
    ...Array.from({ length: count }, (_, index) => ({
      ...shared,
      name: `x${index}`,
      packed: Buffer.alloc(0),
      packedSize: shared.packed?.length ?? 0,
      offset: 0,
    })),
  ]);
}

/**
 * Each entry's data begins with a stored block that quotes the header of the next entry, and goes on with the data of
 * that one, so that all of them end in the same kernel. See https://www.bamsoftware.com/hacks/zipbomb/.
 */
function quotedOverlap(count: number, mebibytes: number): Buffer {
  const kernel = deflatedRun(mebibytes);
  let body = kernel;
  let size = mebibytes * mebibyte;
  const central: { fields: Parameters<typeof centralHeader>[0]; fromEnd: number }[] = [];
  for (let index = count - 1; index >= 0; index--) {
    const name = index === 0 ? 'word/document.xml' : index === 1 ? '[Content_Types].xml' : `word/${index}.xml`;
    const fields = { name, flags: 0, method: 8, checksum: 0, packedSize: body.length, size, extra: Buffer.alloc(0) };
    const header = localHeader(fields);
    body = Buffer.concat([header, body]);
    central.unshift({ fields, fromEnd: body.length });
    if (index > 0) {
      // Not the last block, stored, of so many bytes (RFC 1951, section 3.2.4).
      const quote = Buffer.from([
        0,
        header.length & 0xff,
        header.length >> 8,
        ~header.length & 0xff,
        (~header.length >> 8) & 0xff,
      ]);
      body = Buffer.concat([quote, body]);
      size += header.length;
    }
  }
  const table = Buffer.concat(central.map(({ fields, fromEnd }) => centralHeader(fields, body.length - fromEnd)));
  return Buffer.concat([
    body,
    table,
    endRecord({ count, size: table.length, offset: body.length, comment: Buffer.alloc(0) }),
  ]);
}

function containsItself(): Buffer {
  const honest = wordFile(document);
  return withEntry({
    name: 'word/self.zip',
    data: '',
    method: 0,
    offset: 0,
    size: honest.length,
    packedSize: honest.length,
  });
}

/** Tables of contents that do not tell what is in the archive. */
const lies: readonly HostileFile[] = [
  archive('zip64-sizes-of-an-exabyte', 'claims an exabyte in a ZIP64 field', [...dangerous, 'unreadable damaged'], () =>
    withEntry({
      name: 'word/a.bin',
      data: 'a',
      size: 0xffffffff,
      packedSize: 0xffffffff,
      extra: zip64Sizes(2n ** 60n),
    }),
  ),
  archive(
    'zip64-sizes-that-wrap',
    'claims sizes of 2^64 - 1 in a ZIP64 field',
    [...dangerous, 'unreadable damaged'],
    () =>
      withEntry({
        name: 'word/a.bin',
        data: 'a',
        size: 0xffffffff,
        packedSize: 0xffffffff,
        extra: zip64Sizes(2n ** 64n - 1n),
      }),
  ),
  archive(
    'zip64-of-a-trillion-entries',
    'claims 10^12 entries in a ZIP64 end record',
    [...dangerous, 'unreadable damaged'],
    () =>
      zipFile(wordEntries(document), {
        entryCount: 0xffff,
        directoryOffset: 0xffffffff,
        beforeEnd: zip64End(10n ** 12n),
      }),
  ),
  archive('zip-other-name-in-front-of-the-data', 'names an entry otherwise in its own header', dangerous, () =>
    withEntry({ name: 'word/a.xml', data: document, local: { name: '../../a.xml' } }),
  ),
  archive('zip-other-method-in-front-of-the-data', 'packs an entry otherwise than its table says', dangerous, () =>
    withEntry({ name: 'word/a.xml', data: document, local: { method: 0 } }),
  ),
  archive('zip-entry-that-is-shorter', 'claims ten times what an entry unpacks to', ['unreadable unsafe_archive'], () =>
    withEntry({ name: 'word/a.xml', data: document, size: 10 * document.length }),
  ),
  archive(
    'zip-descriptor-that-lies',
    'states sizes of 4 GB behind the data',
    ['ready'],
    () =>
      withEntry({
        name: 'word/a.xml',
        data: document,
        flags: 8,
        local: { size: 0, packedSize: 0, checksum: 0 },
        descriptor: Buffer.from('504b0708ffffffffffffffffffffffff', 'hex'),
      }),
    clause,
  ),
  archive('zip-two-main-parts', 'has two entries word/document.xml', dangerous, () =>
    zipFile([...wordEntries(document), { name: 'word/document.xml', data: documentXml(paragraph('Another text.')) }]),
  ),
  archive(
    'zip-names-that-differ-in-case',
    'has an entry WORD/DOCUMENT.XML beside the main part',
    ['ready'],
    () => withEntry({ name: 'WORD/DOCUMENT.XML', data: documentXml(paragraph('Another text.')) }),
    clause,
  ),
  archive(
    'zip-two-end-records',
    'has a second table of contents in its comment',
    [...dangerous, 'unreadable damaged', 'refused UNSUPPORTED_FILE_TYPE', 'ready'],
    () => zipFile(wordEntries(document), { comment: zipFile(wordEntries(documentXml(paragraph('Another text.')))) }),
  ),
  archive('zip-table-beyond-the-end', 'has its table of contents behind its end', ['unreadable damaged'], () =>
    zipFile(wordEntries(document), { directoryOffset: 0x7fffffff }),
  ),
  archive('zip-entry-beyond-the-end', 'has an entry behind its end', ['unreadable damaged', ...dangerous], () =>
    withEntry({ name: 'word/a.xml', data: document, offset: 0x7fffffff }),
  ),
  archive(
    'zip-data-beyond-the-end',
    'has an entry that is longer than the file',
    ['unreadable damaged', ...dangerous],
    () => withEntry({ name: 'word/a.xml', data: document, packedSize: 0x7fffffff }),
  ),
  archive('zip-claims-65535-entries', 'claims 65,535 entries and has three', [...dangerous, 'unreadable damaged'], () =>
    zipFile(wordEntries(document), { entryCount: 65_535 }),
  ),
];

function zip64Sizes(size: bigint): Buffer {
  const extra = Buffer.alloc(20);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(16, 2);
  extra.writeBigUInt64LE(size, 4);
  extra.writeBigUInt64LE(size, 12);
  return extra;
}

/** The ZIP64 end record and its locator (APPNOTE 6.3.10, sections 4.3.14 and 4.3.15). */
function zip64End(entries: bigint): Buffer {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(entries, 24);
  record.writeBigUInt64LE(entries, 32);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  return Buffer.concat([record, locator]);
}

/** Entries with names that lead somewhere else, or that are no names. */
const names: readonly HostileFile[] = [
  ['zip-name-parent', 'with ../ in its name', '../../../../tmp/escaped-hostile-file', dangerous] as const,
  ['zip-name-parent-of-windows', 'with ..\\ in its name', '..\\..\\escaped-hostile-file', dangerous] as const,
  ['zip-name-absolute', 'with an absolute name', '/tmp/escaped-hostile-file', dangerous] as const,
  ['zip-name-of-a-drive', 'with the name of a Windows drive', 'C:/escaped-hostile-file', dangerous] as const,
  ['zip-name-with-nul', 'with a NUL in its name', 'word/a\0.xml', [...dangerous, 'ready'] as Outcome[]] as const,
  ['zip-name-of-64-kilobytes', 'with a name of 65,535 bytes', 'x'.repeat(65_535), dangerous] as const,
  ['zip-name-that-is-a-prototype', 'named __proto__', '__proto__', [...dangerous, 'ready'] as Outcome[]] as const,
].map(([name, which, entryName, expected]) =>
  archive(name, `has an entry ${which}`, expected, () => withEntry({ name: entryName, data: 'a' }), clause),
);

/** What a Word document does not have, and what is broken. */
const oddities: readonly HostileFile[] = [
  archive('zip-encrypted-entry', 'has an encrypted entry', ['unreadable encrypted'], () =>
    withEntry({ name: 'word/a.xml', data: document, flags: 1 }),
  ),
  archive(
    'zip-strongly-encrypted-entry',
    'has an entry with strong encryption',
    ['unreadable encrypted', 'unreadable damaged'],
    () => withEntry({ name: 'word/a.xml', data: document, flags: 0x41 }),
  ),
  archive('zip-unknown-method', 'packs an entry by LZMA', dangerous, () =>
    withEntry({ name: 'word/a.xml', data: 'a', method: 14, packed: noise(100) }),
  ),
  archive(
    'zip-symbolic-link',
    'has an entry that is a symbolic link to /etc/passwd',
    ['ready'],
    () => withEntry({ name: 'word/a.xml', data: '/etc/passwd', method: 0, attributes: 0xa1ff0000 }),
    clause,
  ),
  archive('zip-garbage-for-deflate', 'has noise where packed data should be', ['unreadable damaged'], () =>
    withEntry({ name: 'word/a.xml', data: letters(1000), packed: noise(500) }),
  ),
  archive('zip-wrong-checksum', 'has a wrong checksum', ['unreadable damaged'], () =>
    withEntry({ name: 'word/a.xml', data: 'a', checksum: 1 }),
  ),
  archive('zip-cut-in-half', 'ends in the middle', ['unreadable damaged'], () => {
    const whole = wordFile(document, [{ name: 'word/media/a.bin', data: noise(50_000) }]);
    return whole.subarray(0, whole.length / 2);
  }),
  archive('zip-without-entries', 'has no entries', ['refused UNSUPPORTED_FILE_TYPE'], () => zipFile([])),
  archive('zip-signature-alone', 'is the first four bytes of an archive', ['unreadable damaged'], () =>
    Buffer.from('PK\x03\x04'),
  ),
  archive('zip-behind-noise', 'begins with a megabyte of noise', ['refused UNSUPPORTED_FILE_TYPE'], () =>
    Buffer.concat([noise(mebibyte), wordFile(document)]),
  ),
  archive('zip-spreadsheet', 'is a spreadsheet with the name of a contract', ['refused UNSUPPORTED_FILE_TYPE'], () =>
    zipFile([
      { name: '[Content_Types].xml', data: '<Types/>' },
      { name: 'xl/workbook.xml', data: '<workbook/>' },
    ]),
  ),
];

export const archives: readonly HostileFile[] = [...bombs, ...lies, ...names, ...oddities];
