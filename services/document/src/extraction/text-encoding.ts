/** Text files as people save them: UTF-8 with or without a byte order mark, or UTF-16 with one. */

const utf16LittleEndian = [0xff, 0xfe];
const utf16BigEndian = [0xfe, 0xff];

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

function encodingOf(bytes: Uint8Array): Encoding {
  if (utf16LittleEndian.every((byte, index) => bytes[index] === byte)) return 'utf-16le';
  if (utf16BigEndian.every((byte, index) => bytes[index] === byte)) return 'utf-16be';
  return 'utf-8';
}

export interface DecodeOptions {
  /** The bytes are the beginning of a file, so the last character may be cut off; it is left out. */
  partial?: boolean;
}

/** The text without its byte order mark, or `undefined` where the bytes are not valid in their encoding. */
export function decodeText(bytes: Uint8Array, { partial = false }: DecodeOptions = {}): string | undefined {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes, { stream: partial });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * How many code points the bytes hold, at least; found without decoding them. Text that is UTF-8 and valid holds exactly
 * so many.
 */
export function fewestCodePoints(bytes: Uint8Array): number {
  if (encodingOf(bytes) !== 'utf-8') return Math.floor(bytes.length / 4);
  let count = 0;
  // All bytes of a character but its first one begin with the bits 10.
  for (const byte of bytes) if ((byte & 0xc0) !== 0x80) count++;
  return count;
}
