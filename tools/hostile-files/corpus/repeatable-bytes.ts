import { constants, deflateRawSync } from 'node:zlib';

export const mebibyte = 1024 * 1024;

/** Bytes that do not compress; the same seed gives the same bytes (xorshift32). */
export function noise(length: number, seed = 1): Buffer {
  // A mebibyte that repeats is noise to deflate, which looks 32 KiB back.
  const bytes = Buffer.alloc(Math.min(length, mebibyte));
  let state = seed;
  for (let index = 0; index < bytes.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state;
  }
  return Buffer.alloc(length, bytes);
}

/** Letters without order, which compress to about two thirds. */
export function letters(length: number): string {
  const block = noise(Math.min(length, mebibyte)).map((byte) => 0x61 + (byte % 26));
  return Buffer.alloc(length, block).toString('latin1');
}

/**
 * A deflate stream of `mebibytes` times a mebibyte of the same byte, about a thousandth of that in size. It is put
 * together from one flushed block, so that a bomb of gigabytes takes no time to make.
 */
export function deflatedRun(mebibytes: number, byte = ' '): Buffer {
  const block = deflateRawSync(Buffer.alloc(mebibyte, byte), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([...Array.from({ length: mebibytes }, () => block), lastBlock]);
}

/** An empty block that says that it is the last (RFC 1951, section 3.2.6). */
const lastBlock = Buffer.from([0x03, 0x00]);

/** With the header of RFC 1950; readers of PDF do not look at the checksum. */
export function zlibRun(mebibytes: number, byte = ' '): Buffer {
  return Buffer.concat([Buffer.from([0x78, 0xda]), deflatedRun(mebibytes, byte), Buffer.alloc(4)]);
}
