import { crc32, deflateRawSync } from 'node:zlib';

/** What both headers of an entry say (APPNOTE 6.3.10, sections 4.3.7 and 4.3.12). */
interface EntryFields {
  name: string | Buffer;
  flags: number;
  /** 0: stored; 8: deflated. */
  method: number;
  checksum: number;
  packedSize: number;
  size: number;
  extra: Buffer;
}

/** An entry of an archive. What is not given is the truth. */
export interface ZipEntry extends Partial<EntryFields> {
  name: string | Buffer;
  data: Buffer | string;
  /** The bytes in the archive, where they are not `data` packed by `method`. */
  packed?: Buffer;
  /** What the header in front of the data says otherwise. */
  local?: Partial<EntryFields>;
  /** What stands behind the data. */
  descriptor?: Buffer;
  /** Where the table of contents says that it is. */
  offset?: number;
  /** The upper half is a Unix mode. */
  attributes?: number;
}

export interface ZipOptions {
  /** How many entries the end record claims. */
  entryCount?: number;
  /** Where the end record says that the table of contents is. */
  directoryOffset?: number;
  comment?: Buffer;
  /** Stands between the table of contents and the end record. */
  beforeEnd?: Buffer;
}

/** A ZIP archive in which every field can be a lie. */
export function zipFile(entries: readonly ZipEntry[], options: ZipOptions = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const data = Buffer.from(entry.data);
    const method = entry.method ?? 8;
    const packed = entry.packed ?? (method === 8 ? deflateRawSync(data) : data);
    const truth = {
      flags: 0,
      method,
      checksum: crc32(data),
      packedSize: packed.length,
      size: data.length,
      extra: Buffer.alloc(0),
    };
    const central = { ...truth, ...entry };
    const local = [localHeader({ ...central, ...entry.local }), packed, entry.descriptor ?? Buffer.alloc(0)];
    directory.push(centralHeader(central, entry.offset ?? offset, entry.attributes ?? 0));
    parts.push(...local);
    offset += local.reduce((length, part) => length + part.length, 0);
  }
  const table = Buffer.concat(directory);
  const end = endRecord({
    count: Math.min(options.entryCount ?? entries.length, 0xffff),
    size: table.length,
    offset: options.directoryOffset ?? offset,
    comment: options.comment ?? Buffer.alloc(0),
  });
  return Buffer.concat([...parts, table, options.beforeEnd ?? Buffer.alloc(0), end]);
}

export function localHeader(fields: EntryFields): Buffer {
  const name = Buffer.from(fields.name);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  describe(fields, header, 4);
  return Buffer.concat([header, name, fields.extra]);
}

export function centralHeader(fields: EntryFields, offset: number, attributes = 0): Buffer {
  const name = Buffer.from(fields.name);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  // Made on Unix, so that the attributes are a mode.
  header.writeUInt16LE(0x031e, 4);
  describe(fields, header, 6);
  header.writeUInt32LE(attributes, 38);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, name, fields.extra]);
}

function describe({ name, flags, method, checksum, packedSize, size, extra }: EntryFields, header: Buffer, at: number) {
  header.writeUInt16LE(20, at);
  header.writeUInt16LE(flags, at + 2);
  header.writeUInt16LE(method, at + 4);
  header.writeUInt32LE(checksum, at + 10);
  header.writeUInt32LE(packedSize, at + 14);
  header.writeUInt32LE(size, at + 18);
  header.writeUInt16LE(Buffer.from(name).length, at + 22);
  header.writeUInt16LE(extra.length, at + 24);
}

interface EndRecord {
  count: number;
  size: number;
  offset: number;
  comment: Buffer;
}

export function endRecord({ count, size, offset, comment }: EndRecord): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  record.writeUInt16LE(comment.length, 20);
  return Buffer.concat([record, comment]);
}
