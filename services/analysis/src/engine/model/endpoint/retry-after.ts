/**
 * What a `Retry-After` header asks for: seconds, or a date (RFC 9110, 10.2.3).
 *
 * @returns milliseconds from now, not negative; undefined for a header that is missing or neither
 */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}
