import { createHash } from 'node:crypto';

/** SHA-256 of the bytes, or of the text in UTF-8, in lower-case hexadecimal. */
export function sha256Of(value: Buffer | string): string {
  return createHash('sha256').update(value).digest('hex');
}
