/**
 * JSON text of which there is one per value: RFC 8785 (JCS). Members are sorted by the UTF-16 code units of their names,
 * and numbers and strings are written as ECMAScript writes them, which is what the RFC prescribes. Undefined members are
 * left out. Text with half a surrogate pair has no UTF-8 form, so that half becomes U+FFFD.
 *
 * @throws {TypeError} for what is not JSON: a bigint, a function, a number that is not finite
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed());
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('JSON has no such number');
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`JSON has no ${typeof value}`);
  const members: string[] = [];
  for (const name of Object.keys(value).sort()) {
    const item: unknown = value[name as keyof typeof value];
    if (item !== undefined) members.push(`${canonicalJson(name)}:${canonicalJson(item)}`);
  }
  return `{${members.join(',')}}`;
}
