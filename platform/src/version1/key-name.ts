const hexPrefix = '\\x';
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A Redis key as text that PostgreSQL can hold. Keys are bytes: those that are no text come in hexadecimal after `\x`.
 */
export function keyName(key: Buffer): string {
  const text = textOf(key);
  return text === undefined || text.includes('\0') || text.startsWith(hexPrefix)
    ? `${hexPrefix}${key.toString('hex')}`
    : text;
}

/** The key that {@link keyName} named. */
export function keyBytes(name: string): Buffer {
  return name.startsWith(hexPrefix) ? Buffer.from(name.slice(hexPrefix.length), 'hex') : Buffer.from(name);
}

/** Undefined unless it is UTF-8. */
export function textOf(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
