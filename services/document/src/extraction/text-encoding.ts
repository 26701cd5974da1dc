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
