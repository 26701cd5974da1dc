const endOfDirectorySignature = 0x06054b50;

/** The archive with one date for all its entries, in UTC (APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.4.6). */
export function withZipDate(archive: Buffer, date: Date): Buffer {
  const dated = Buffer.from(archive);
  const end = dated.length - 22;
  if (dated.readUInt32LE(end) !== endOfDirectorySignature)
    throw new Error('the archive has no end, or a comment after it');
  const [time, day] = dosDateTime(date);
  let header = dated.readUInt32LE(end + 16);
  for (let count = dated.readUInt16LE(end + 10); count > 0; count--) {
    const localHeader = dated.readUInt32LE(header + 42);
    dated.writeUInt16LE(time, header + 12);
    dated.writeUInt16LE(day, header + 14);
    dated.writeUInt16LE(time, localHeader + 10);
    dated.writeUInt16LE(day, localHeader + 12);
    const [name, extra, comment] = [28, 30, 32].map((offset) => dated.readUInt16LE(header + offset));
    header += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return dated;
}

function dosDateTime(date: Date): [time: number, day: number] {
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  return [time, day];
}
