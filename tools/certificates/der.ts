/**
 * As much of ASN.1's distinguished encoding rules as a certificate needs.
 * See https://www.itu.int/rec/T-REC-X.690 and, for people, https://letsencrypt.org/docs/a-warm-welcome-to-asn1-and-der/.
 */

/** An element as it is sent: its tag, its length, its content. */
export type Der = Buffer<ArrayBuffer>;

export function element(tag: number, ...contents: readonly Uint8Array[]): Der {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.of(tag), lengthOf(content), content]);
}

export const sequence = (...elements: readonly Der[]): Der => element(0x30, ...elements);

export const set = (...elements: readonly Der[]): Der => element(0x31, ...elements);

/** An element within a tag of its structure's own, `[number]`. */
export const tagged = (number: number, ...elements: readonly Der[]): Der => element(0xa0 | number, ...elements);

export const boolean = (value: boolean): Der => element(0x01, Buffer.of(value ? 0xff : 0x00));

/** A positive number of any size, most significant byte first. */
export function integer(bytes: Uint8Array): Der {
  const isNegative = ((bytes[0] ?? 0) & 0x80) !== 0;
  return element(0x02, isNegative ? Buffer.of(0) : Buffer.alloc(0), bytes);
}

export const octetString = (bytes: Uint8Array): Der => element(0x04, bytes);

/** @param unusedBits how many of the last byte's low bits do not count */
export const bitString = (bytes: Uint8Array, unusedBits = 0): Der => element(0x03, Buffer.of(unusedBits), bytes);

export const utf8String = (text: string): Der => element(0x0c, Buffer.from(text));

/** `1.2.840...`, whose first two numbers share a byte and whose others come in groups of seven bits. */
export function objectIdentifier(dotted: string): Der {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...others.flatMap(sevenBitGroups)]));
}

/** To the second, in UTC, with a year of four digits. */
export function generalizedTime(moment: Date): Der {
  return element(0x18, Buffer.from(`${moment.toISOString().slice(0, 19).replaceAll(/[-T:]/g, '')}Z`));
}

/** Of a year up to 2049, which certificates have to write with two digits: RFC 5280, section 4.1.2.5. */
export function utcTime(moment: Date): Der {
  return element(0x17, Buffer.from(`${moment.toISOString().slice(2, 19).replaceAll(/[-T:]/g, '')}Z`));
}

function lengthOf(content: Uint8Array): Buffer {
  if (content.length < 0x80) return Buffer.of(content.length);
  const bytes = [];
  for (let rest = content.length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return Buffer.of(0x80 | bytes.length, ...bytes);
}

function sevenBitGroups(number: number): number[] {
  const groups = [number & 0x7f];
  for (let rest = number >>> 7; rest > 0; rest >>>= 7) groups.unshift(0x80 | (rest & 0x7f));
  return groups;
}
