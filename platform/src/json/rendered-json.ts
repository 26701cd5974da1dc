import { hash } from 'node:crypto';

/** JSON as it goes over REST, rendered once: whoever passes it on neither makes nor reads it again. */
export interface RenderedJson {
  /** In UTF-8. */
  body: Buffer;
  /** Its entity tag, with the quotes; see https://www.rfc-editor.org/rfc/rfc9110#name-etag. */
  etag: string;
}

/** @param etag what identifies the version; unless given, a digest of the body does */
export function renderJson(value: unknown, etag?: string): RenderedJson {
  return renderedFrom(JSON.stringify(value), etag);
}

/** The same of a value that is JSON text already. */
export function renderedFrom(text: string, etag?: string): RenderedJson {
  const body = Buffer.from(text);
  return { body, etag: etag ?? `"${hash('sha256', body, 'base64url')}"` };
}
