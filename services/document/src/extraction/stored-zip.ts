import { crc32 } from 'node:zlib';

const localHeaderSignature = 0x04034b50;
const centralHeaderSignature = 0x02014b50;
const endOfDirectorySignature = 0x06054b50;
const version = 20;
const utf8Names = 0x0800;
/** 1 January 1980, the first day that ZIP knows. */
const date = 0x0021;

/** A ZIP archive that holds the files uncompressed (APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16). */
export function storedZip(files: ReadonlyMap<string, Buffer>): Buffer {
  const contents: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, bytes] of files) {
    const nameBytes = Buffer.from(name);
    const description = describe(nameBytes, bytes);
    contents.push(localHeader(description), nameBytes, bytes);
    directory.push(centralHeader(description, offset), nameBytes);
    offset += 30 + nameBytes.length + bytes.length;
  }
  const directoryBytes = Buffer.concat(directory);
  return Buffer.concat([...contents, directoryBytes, endOfDirectory(files.size, directoryBytes.length, offset)]);
}

/** The fields that both headers of a file share, in the order of both. */
function describe(name: Buffer, bytes: Buffer): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(version, 0);
  fields.writeUInt16LE(utf8Names, 2);
  fields.writeUInt16LE(date, 8);
  fields.writeUInt32LE(crc32(bytes), 10);
  fields.writeUInt32LE(bytes.length, 14);
  fields.writeUInt32LE(bytes.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function localHeader(description: Buffer): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(localHeaderSignature, 0);
  description.copy(header, 4);
  return header;
}

function centralHeader(description: Buffer, offset: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(centralHeaderSignature, 0);
  header.writeUInt16LE(version, 4);
  description.copy(header, 6);
  header.writeUInt32LE(offset, 42);
  return header;
}

function endOfDirectory(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(endOfDirectorySignature, 0);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}
