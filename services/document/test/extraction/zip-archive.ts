import { crc32, deflateRawSync } from 'node:zlib';

/** A file in an archive; what is not given is the truth about `data`. */
export interface ZipEntrySpec {
  name: string;
  data: Buffer;
  /** 0: stored; 8: deflated. */
  method?: number;
  /** The bytes in the archive, where they are not `data` packed by `method`. */
  packed?: Buffer;
  /** General purpose bits; bit 0 says encrypted. */
  flags?: number;
  /** What both headers claim. */
  claimedSize?: number;
  claimedChecksum?: number;
  /** The name in front of the data, where it differs from the one in the table of contents. */
  localName?: string;
  /** Points the table of contents at the data of the entry with this index. */
  sameDataAs?: number;
}

/** A ZIP archive in which every field can be a lie. */
export function zipArchive(entries: readonly ZipEntrySpec[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const spec of entries) {
    const method = spec.method ?? 8;
    const packed = spec.packed ?? (method === 8 ? deflateRawSync(spec.data, { level: 9 }) : spec.data);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(spec.flags ?? 0, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(spec.claimedChecksum ?? crc32(spec.data), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(spec.claimedSize ?? spec.data.length, 18);

    const shared = spec.sameDataAs === undefined ? undefined : offsets[spec.sameDataAs];
    offsets.push(shared ?? offset);
    if (shared === undefined) {
      const local = record(0x04034b50, fields, 0, spec.localName ?? spec.name);
      parts.push(local, packed);
      offset += local.length + packed.length;
    }
    const central = Buffer.concat([Buffer.from([20, 0]), fields]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offsets.at(-1) ?? 0, 10);
    directory.push(record(0x02014b50, central, 2, spec.name, tail));
  }
  const table = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(table.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, table, end]);
}

function record(signature: number, fields: Buffer, skew: number, name: string, tail = Buffer.alloc(0)): Buffer {
  const start = Buffer.alloc(4);
  start.writeUInt32LE(signature, 0);
  fields.writeUInt16LE(Buffer.byteLength(name), skew + 22);
  return Buffer.concat([start, fields, tail, Buffer.from(name)]);
}
