import { type BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/**
 * What it takes to write messages of Protocol Buffers into a buffer of the right length, and to read them without copies.
 * See https://protobuf.dev/programming-guides/encoding/.
 */

/** The tag of a field of bytes, a text or a message. */
export function delimitedTag(field: number): number {
  return (field << 3) | WireType.LengthDelimited;
}

/** The tag of a field of an integer. */
export function varintTag(field: number): number {
  return (field << 3) | WireType.Varint;
}

/** How many bytes a number takes. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}

export class Writer {
  readonly buffer: Buffer;
  #position = 0;

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafe(size);
  }

  varint(value: number): this {
    let rest = value;
    while (rest > 0x7f) {
      this.buffer[this.#position++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.buffer[this.#position++] = rest;
    return this;
  }

  bytes(value: Buffer): this {
    this.varint(value.length);
    value.copy(this.buffer, this.#position);
    this.#position += value.length;
    return this;
  }
}

/** How many bytes such a field takes, with a tag of one byte. */
export function delimitedSize(length: number): number {
  return 1 + varintSize(length) + length;
}

/** A part of the message, not a copy of it. */
export function bytesOf(reader: BinaryReader): Buffer {
  const bytes = reader.bytes();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
