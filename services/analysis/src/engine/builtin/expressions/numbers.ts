const units =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen';
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety';

const wordValues = new Map<string, number>([
  ...units.split(' ').map((word, index): [string, number] => [word, index + 1]),
  ...tens.split(' ').map((word, index): [string, number] => [word, (index + 2) * 10]),
  ['fourty', 40],
]);

const numberWord = `(?:${[...wordValues.keys(), 'hundred'].join('|')})`;

/** Source of a regular expression for a whole number in words, up to nine hundred and ninety-nine. */
export const spelledNumber = `${numberWord}(?:[\\s-](?:and\\s)?${numberWord}){0,4}`;

/** The value of a number in words (`one hundred eighty`, `twenty-four`); undefined when it is not one. */
export function parseSpelledNumber(text: string): number | undefined {
  let value = 0;
  for (const word of text.toLowerCase().split(/[\s-]+/)) {
    if (word === 'and') continue;
    if (word === 'hundred') {
      value = (value || 1) * 100;
      continue;
    }
    const next = wordValues.get(word);
    if (next === undefined) return undefined;
    value += next;
  }
  return value > 0 ? value : undefined;
}

const ordinals =
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth';
const ordinalValues = new Map<string, number>([
  ...ordinals.split(' ').map((word, index): [string, number] => [word, index + 1]),
  ...ordinals
    .split(' ')
    .slice(0, 9)
    .map((word, index): [string, number] => [`twenty-${word}`, index + 21]),
  ['thirtieth', 30],
  ['thirty-first', 31],
]);

/** Source of a regular expression for an ordinal in words, up to `thirty-first`. */
export const spelledOrdinal = `(?:${[...ordinalValues.keys()]
  .sort((a, b) => b.length - a.length)
  .join('|')
  .replaceAll('-', '[\\s-]')})`;

/** The value of an ordinal in words (`first`, `twenty-third`); undefined when it is not one. */
export function parseSpelledOrdinal(text: string): number | undefined {
  return ordinalValues.get(text.toLowerCase().replace(/\s+/g, '-'));
}
