import { randomBytes, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TemporaryDirectory, temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Archive } from '../../src/extraction/archive.ts';
import type { ArchiveLimits } from '../../src/extraction/archive-limits.ts';
import { storedZip } from '../../src/extraction/stored-zip.ts';
import { type ZipEntrySpec, zipArchive } from './zip-archive.ts';

const mebibyte = 1024 * 1024;
const limits: ArchiveLimits = {
  maxEntries: 100,
  maxEntryBytes: 4 * mebibyte,
  maxTotalBytes: 6 * mebibyte,
  maxRatio: 50,
};
const text = Buffer.from('The parties agree. '.repeat(10));

let directory: TemporaryDirectory;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory[Symbol.asyncDispose]());

async function stored(bytes: Buffer): Promise<string> {
  const path = join(directory.path, randomUUID());
  await writeFile(path, bytes);
  return path;
}

async function open(bytes: Buffer): Promise<Archive> {
  return Archive.open(await stored(bytes), limits);
}

async function unpack(bytes: Buffer): Promise<Map<string, Buffer>> {
  using archive = await open(bytes);
  return await archive.unpack(() => true);
}

test('an honest archive is unpacked, stored and deflated entries alike', async () => {
  const archive = zipArchive([
    { name: 'a', data: text },
    { name: 'b/c', data: text, method: 0 },
  ]);
  expect(await unpack(archive)).toEqual(
    new Map([
      ['a', text],
      ['b/c', text],
    ]),
  );
});

test('what storedZip writes is an honest archive', async () => {
  const files = new Map([
    ['a.xml', text],
    ['ü/b', Buffer.alloc(0)],
  ]);
  expect(await unpack(storedZip(files))).toEqual(files);
});

test('an archive in an archive is bytes and is not opened', async () => {
  const bomb = zipArchive([{ name: 'bomb', data: Buffer.alloc(100 * mebibyte) }]);
  expect(await unpack(zipArchive([{ name: 'a.zip', data: bomb }]))).toEqual(new Map([['a.zip', bomb]]));
});

test('only the wanted entries are kept, and all are checked', async () => {
  using archive = await open(
    zipArchive([
      { name: 'a', data: text },
      { name: 'b', data: text },
    ]),
  );
  expect([...(await archive.unpack((name) => name === 'b')).keys()]).toEqual(['b']);
});

describe('refused by the table of contents, before anything is unpacked', () => {
  test.each<[string, ZipEntrySpec[], RegExp]>([
    ['10,000 entries', Array.from({ length: 10_000 }, (_, n) => ({ name: `${n}`, data: text })), /10000 files/],
    ['an entry past its limit', [{ name: 'a', data: Buffer.alloc(5 * mebibyte), method: 0 }], /more than 4 MB/],
    [
      'entries past the limit of all',
      ['a', 'b', 'c'].map((name) => ({ name, data: randomBytes(3 * mebibyte), method: 0 })),
      /unpacks to more than 6 MB/,
    ],
    ['a high ratio', [{ name: 'a', data: Buffer.alloc(2 * mebibyte) }], /more than 50 times/],
    [
      'entries that share data',
      [
        { name: 'a', data: text },
        { name: 'b', data: text, sameDataAs: 0 },
      ],
      /overlap/,
    ],
    [
      'two entries of one name',
      [
        { name: 'a', data: text },
        { name: 'a', data: text },
      ],
      /same name/,
    ],
    ['a name that leads out', [{ name: '../../etc/passwd', data: text }], /path/],
    ['an absolute name', [{ name: '/etc/passwd', data: text }], /path/],
    ['a name that differs in front of the data', [{ name: 'a', data: text, localName: 'b' }], /does not match/],
    ['an unusual packing method', [{ name: 'a', data: text, method: 12, packed: text }], /method/],
  ])('%s', async (_what, entries, message) => {
    const opening = open(zipArchive(entries));
    await expect(opening).rejects.toMatchObject({ reason: 'unsafe_archive', message: expect.stringMatching(message) });
  });

  test('an encrypted entry', async () => {
    const opening = open(zipArchive([{ name: 'a', data: text, flags: 1 }]));
    await expect(opening).rejects.toMatchObject({ reason: 'encrypted' });
  });
});

describe('sizes that count are those of what comes out', () => {
  const large = randomBytes(3 * mebibyte);

  test.each<[string, ZipEntrySpec[], RegExp]>([
    ['a stream that is longer than claimed', [{ name: 'a', data: text, claimedSize: 10 }], /does not match/],
    ['a stream that is shorter than claimed', [{ name: 'a', data: text, claimedSize: 1_000 }], /does not match/],
    [
      'a bomb that claims to be small',
      [{ name: 'a', data: Buffer.alloc(64 * mebibyte), claimedSize: 1_000 }],
      /does not match/,
    ],
    [
      'a stored entry that claims to be small',
      [{ name: 'a', data: text, method: 0, claimedSize: 1 }],
      /does not match/,
    ],
    [
      'entries that together claim to be small',
      ['a', 'b', 'c'].map((name) => ({ name, data: large, claimedSize: 100 })),
      /does not match/,
    ],
  ])('%s', async (_what, entries, message) => {
    const unpacking = unpack(zipArchive(entries));
    await expect(unpacking).rejects.toMatchObject({
      reason: 'unsafe_archive',
      message: expect.stringMatching(message),
    });
  });
});

describe('damage is told from deceit', () => {
  test.each<[string, Buffer]>([
    ['an archive that ends early', zipArchive([{ name: 'a', data: text }]).subarray(0, 60)],
    ['a stream that ends early', zipArchive([{ name: 'a', data: text, packed: Buffer.from([0x4b]) }])],
    ['a wrong checksum', zipArchive([{ name: 'a', data: text, claimedChecksum: 1 }])],
    ['no archive', randomBytes(1_000)],
  ])('%s', async (_what, bytes) => {
    await expect(unpack(bytes)).rejects.toMatchObject({ reason: 'damaged' });
  });

  test('a file that is not there is a fault of the system', async () => {
    await expect(Archive.open(join(directory.path, 'absent'), limits)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
