export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
}

const token =
  /<\?xml [^?]*\?>|<!DOCTYPE html>|<\/([\w:.-]+)>|<([\w:.-]+)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
const reference = /&(?!(?:amp|lt|gt|quot|#39);)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what XML forbids.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

/**
 * Reads XML as strictly as XML 1.0 demands of what we write: one root, elements nested and closed, attributes quoted, only
 * known references, no forbidden character.
 *
 * @returns the elements in the order in which they begin
 * @throws {Error} at what is not well formed
 */
export function xmlElements(xml: string): XmlElement[] {
  const elements: XmlElement[] = [];
  const open: string[] = [];
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`${what} at ${at}: ${xml.slice(at, at + 80)}`);
  };
  if (forbidden.test(xml)) fail('forbidden character');
  while (at < xml.length) {
    token.lastIndex = at;
    const match = token.exec(xml) ?? fail('no markup');
    const [whole, closed, opened, attributes = '', selfClosing, text] = match;
    if (reference.test(whole)) fail('unknown reference');
    if (closed !== undefined && open.pop() !== closed) fail(`${closed} is closed but not open`);
    if (text !== undefined && open.length === 0 && text.trim() !== '') fail('text outside of the root');
    if (opened !== undefined) {
      if (open.length === 0 && elements.length > 0) fail('a second root');
      const pairs = [...attributes.matchAll(/([\w:.-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]);
      elements.push({ name: opened, attributes: Object.fromEntries(pairs) });
      if (selfClosing !== '/') open.push(opened);
    }
    at += whole.length;
  }
  if (open.length > 0) fail(`${open.join(', ')} not closed`);
  return elements;
}
