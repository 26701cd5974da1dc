/** A field as it goes over the wire, so that it can also be a wrong one. See https://protobuf.dev/programming-guides/encoding. */
export interface WireField {
  /** For people. */
  name: string;
  number: number;
  value: WireValue;
}

export type WireValue =
  | { type: 'varint'; value: bigint }
  | { type: 'fixed64'; value: bigint }
  | { type: 'fixed32'; value: number }
  /** May hold placeholders of ids; lone surrogates go out as the bytes that CESU-8 would give them. */
  | { type: 'text'; value: string }
  | { type: 'bytes'; value: Uint8Array }
  | { type: 'message'; value: WireMessage }
  /** A tag with that wire type, and whatever follows. */
  | { type: 'raw'; wireType: number; value: Uint8Array };

export type WireMessage = readonly WireField[];

/** @param withIds puts ids in the place of placeholders */
export function encode(message: WireMessage, withIds: (text: string) => string): Buffer {
  return Buffer.concat(message.flatMap(({ number, value }) => encodeField(number, value, withIds)));
}

function encodeField(number: number, value: WireValue, withIds: (text: string) => string): Buffer[] {
  const tag = (wireType: number) => varint((BigInt(number) << 3n) | BigInt(wireType));
  const delimited = (bytes: Uint8Array) => [tag(2), varint(BigInt(bytes.length)), Buffer.from(bytes)];
  switch (value.type) {
    case 'varint':
      return [tag(0), varint(value.value)];
    case 'fixed64': {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt.asUintN(64, value.value));
      return [tag(1), bytes];
    }
    case 'fixed32': {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(value.value >>> 0);
      return [tag(5), bytes];
    }
    case 'text':
      return delimited(textBytes(withIds(value.value)));
    case 'bytes':
      return delimited(value.value);
    case 'message':
      return delimited(encode(value.value, withIds));
    case 'raw':
      return [tag(value.wireType), Buffer.from(value.value)];
    default:
      return value satisfies never;
  }
}

/** Negative numbers take ten bytes, as protobuf has it. */
export function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Buffer.from(bytes);
}

function textBytes(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  return Buffer.concat(
    Array.from(text, (character) => {
      const unit = character.charCodeAt(0);
      if (character.isWellFormed()) return Buffer.from(character);
      return Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]);
    }),
  );
}
