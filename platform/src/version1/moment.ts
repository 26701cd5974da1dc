/** From here on a number is taken for milliseconds; as seconds it would be beyond the year 5000. */
const leastMilliseconds = 1e11;
const earliest = Date.UTC(2000, 0, 1);
const latest = Date.UTC(2100, 0, 1);

/**
 * A moment as version 1 may have noted it: an ISO text, or a number or its digits in seconds or milliseconds since 1970.
 *
 * @returns undefined for what is none, or is not of this century
 */
export function momentOf(value: unknown): Date | undefined {
  const moment =
    typeof value === 'string' && !isDigits(value) ? Date.parse(value) : millisecondsOf(Number(value ?? NaN));
  return moment >= earliest && moment < latest ? new Date(moment) : undefined;
}

function isDigits(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text);
}

function millisecondsOf(number: number): number {
  return number < leastMilliseconds ? number * 1000 : number;
}
