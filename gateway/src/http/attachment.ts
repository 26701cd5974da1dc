/**
 * The value of `Content-Disposition` that makes a browser save a file under its name instead of showing it: ASCII for
 * old clients, and the real name in the encoding of RFC 8187. See https://www.rfc-editor.org/rfc/rfc6266.
 */
export function attachment(filename: string): string {
  const ascii = filename.replace(/[^ -~]|["\\%]/g, '_');
  const encoded = encodeURIComponent(filename.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
