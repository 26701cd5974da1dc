import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, getFileNameLowLevel, openPromise, validateFileName, type ZipFile } from 'yauzl';
import type { ArchiveLimits } from './archive-limits.ts';
import { UnreadableError } from './unreadable-error.ts';

const storedMethod = 0;
const deflatedMethod = 8;
/** Of a name, extra fields and a comment together; Word needs a tenth. Without it a table of contents fills the memory. */
const maxDescriptionBytes = 2048;
/** Below this a high ratio is harmless, and common in XML. */
const ratioCountsFromBytes = 1024 * 1024;

/**
 * A ZIP archive, whose table of contents holds no trick. Names are keys and never paths, and nothing that is
 * inside an entry is opened, so an archive in an archive is bytes.
 */
export class Archive implements Disposable {
  readonly #zip: ZipFile;
  readonly #limits: ArchiveLimits;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(zip: ZipFile, limits: ArchiveLimits, entries: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#limits = limits;
    this.#entries = entries;
  }

  /**
   * Reads the table of contents; nothing is unpacked.
   *
   * @param source a path or the bytes
   * @throws {UnreadableError} `damaged`, `encrypted` or `unsafe_archive`.
   */
  static async open(source: string | Buffer, limits: ArchiveLimits): Promise<Archive> {
    const zip = await openZip(source);
    try {
      return new Archive(zip, limits, await readEntries(zip, limits));
    } catch (error) {
      zip.close();
      throw asUnreadable(error);
    }
  }

  get names(): Iterable<string> {
    return this.#entries.keys();
  }

  /** What the entries that are wanted unpack to; `unpack` refuses an archive where that is not so. */
  claimedBytes(isWanted: (name: string) => boolean): number {
    return [...this.#entries].reduce((sum, [name, entry]) => sum + (isWanted(name) ? entry.uncompressedSize : 0), 0);
  }

  /**
   * Unpacks every entry, so that the whole archive is known to stay within the limits, and returns those that are
   * wanted. The sizes that count are those of the bytes that come out.
   *
   * @throws {UnreadableError} `damaged` or `unsafe_archive`.
   */
  async unpack(isWanted: (name: string) => boolean): Promise<Map<string, Buffer>> {
    const wanted = new Map<string, Buffer>();
    let totalBytes = 0;
    for (const [name, entry] of this.#entries) {
      const chunks: Buffer[] = [];
      for await (const chunk of this.#inflate(entry)) {
        totalBytes += chunk.length;
        checkTotal(totalBytes, this.#limits);
        if (isWanted(name)) chunks.push(chunk);
      }
      if (isWanted(name)) wanted.set(name, Buffer.concat(chunks));
    }
    return wanted;
  }

  async *#inflate(entry: Entry): AsyncGenerator<Buffer> {
    let bytes = 0;
    let checksum = 0;
    try {
      const content: AsyncIterable<Buffer> = await this.#zip.openReadStreamPromise(entry);
      for await (const chunk of content) {
        bytes += chunk.length;
        checksum = crc32(chunk, checksum);
        checkEntry(bytes, entry, this.#limits);
        if (bytes > entry.uncompressedSize) throw dishonest();
        yield chunk;
      }
    } catch (error) {
      throw asUnreadable(error);
    }
    if (bytes !== entry.uncompressedSize) throw dishonest();
    if (checksum !== entry.crc32) throw damaged();
  }

  [Symbol.dispose](): void {
    this.#zip.close();
  }
}

async function openZip(source: string | Buffer): Promise<ZipFile> {
  // yauzl's own checks are off because they tell a lie from damage by their message only; ours follow below.
  const options = { autoClose: false, decodeStrings: false, validateEntrySizes: false };
  try {
    return typeof source === 'string' ? await openPromise(source, options) : await fromBufferPromise(source, options);
  } catch (error) {
    throw asUnreadable(error);
  }
}

async function readEntries(zip: ZipFile, limits: ArchiveLimits): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.maxEntries) {
    throw unsafe(`It holds ${zip.entryCount} files; at most ${limits.maxEntries} are accepted.`);
  }
  const entries = new Map<string, Entry>();
  let totalBytes = 0;
  for await (const entry of zip.eachEntry()) {
    const described = entry.fileNameRaw.length + entry.extraFieldRaw.length + entry.fileCommentRaw.length;
    if (described > maxDescriptionBytes) throw unsafe('A file in it has too long a name.');
    const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
    if (validateFileName(name) !== null) throw unsafe('A file in it is named like a path out of it.');
    if (entries.has(name)) throw unsafe('Two files in it have the same name.');
    if (entry.isEncrypted()) {
      throw new UnreadableError('encrypted', 'The file is protected with a password. Remove it and upload it again.');
    }
    if (entry.compressionMethod !== storedMethod && entry.compressionMethod !== deflatedMethod) {
      throw unsafe('It is packed by a method that Word does not use.');
    }
    checkEntry(entry.uncompressedSize, entry, limits);
    totalBytes += entry.uncompressedSize;
    checkTotal(totalBytes, limits);
    entries.set(name, entry);
  }
  await checkPlaces(zip, entries.values());
  return entries;
}

/** Entries that share bytes let a small file unpack to a huge one. */
async function checkPlaces(zip: ZipFile, entries: Iterable<Entry>): Promise<void> {
  const inOrder = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let end = 0;
  for (const entry of inOrder) {
    if (entry.relativeOffsetOfLocalHeader < end) throw unsafe('Files in it overlap.');
    const header = await zip.readLocalFileHeaderPromise(entry);
    if (!header.fileName.equals(entry.fileNameRaw) || header.compressionMethod !== entry.compressionMethod) {
      throw dishonest();
    }
    end = header.fileDataStart + entry.compressedSize;
  }
}

function checkEntry(bytes: number, entry: Entry, limits: ArchiveLimits): void {
  if (bytes > limits.maxEntryBytes)
    throw unsafe(`A file in it unpacks to more than ${mebibytes(limits.maxEntryBytes)}.`);
  if (bytes > ratioCountsFromBytes && bytes > entry.compressedSize * limits.maxRatio) {
    throw unsafe(`A file in it unpacks to more than ${limits.maxRatio} times its size.`);
  }
}

function checkTotal(bytes: number, limits: ArchiveLimits): void {
  if (bytes > limits.maxTotalBytes) throw unsafe(`It unpacks to more than ${mebibytes(limits.maxTotalBytes)}.`);
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}

function unsafe(detail: string): UnreadableError {
  return new UnreadableError('unsafe_archive', `The file is not a safe Word document. ${detail}`);
}

function dishonest(): UnreadableError {
  return unsafe('Its table of contents does not match what is in it.');
}

function damaged(cause?: unknown): UnreadableError {
  return new UnreadableError('damaged', 'The Word document is damaged or incomplete. Save it again and upload it.', {
    cause,
  });
}

/** What is wrong with the archive is a finding about the file; what the system reports (`syscall`) is a fault. */
function asUnreadable(error: unknown): unknown {
  return error instanceof UnreadableError || (error instanceof Error && 'syscall' in error) ? error : damaged(error);
}
