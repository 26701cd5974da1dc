import { hash } from 'node:crypto';

/** JSON as it goes over REST, rendered once: whoever passes it on neither makes nor reads it again. */
export interface RenderedJson {
  text: string;
  /** Its entity tag, with the quotes; see https://www.rfc-editor.org/rfc/rfc9110#name-etag. */
  etag: string;
}

/** @param etag what identifies the version; unless given, a digest of the text does */
export function renderJson(value: unknown, etag?: string): RenderedJson {
  const text = JSON.stringify(value);
  return { text, etag: etag ?? `"${hash('sha256', text, 'base64url')}"` };
}
