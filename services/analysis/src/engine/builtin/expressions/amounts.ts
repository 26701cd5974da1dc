const currency =
  '(?:US|U\\.S\\.|C|CA|A|AU|HK|S|NZ)?\\s?[$\\u20ac\\u00a3\\u00a5]|(?:USD|EUR|GBP|CAD|AUD|CHF|JPY|RMB|CNY|INR|SEK|NOK|DKK|Rs\\.?)';
const figure = '\\d{1,3}(?:,\\d{3}){1,5}(?:\\.\\d{1,2})?|\\d{1,12}(?:\\.\\d{1,4})?';
const scale = '(?:\\s?(?:thousand|million|billion|mm|bn|k|m)\\b)';
const named = '(?:(?:U\\.?S\\.?\\s)?dollars|euros?|pounds(?:\\ssterling)?|yen|rupees|renminbi|francs)';

const moneyPattern = new RegExp(
  `(?<![\\w$])(?:(?:${currency})\\s?(?:${figure})(?:${scale}|\\s?USD?\\b|(?![\\w]|,\\d{3}))|(?:${figure})${scale}?\\s(?:${named})(?!\\w))`,
  'gi',
);
const percentagePattern = /(?<![\w.])\d{1,3}(?:\.\d{1,4})?\s?(?:%|per\s?cent(?!\w))/gi;

/** A sum of money, and where it stands in the text it was found in. */
export interface Amount {
  /** As written: `US$5,000,000`, `250,000 euros`. */
  text: string;
  /** In units of the currency. */
  value: number;
  /** ISO 4217; undefined for a sign that several currencies share and nothing tells apart. */
  currency?: string;
  start: number;
  end: number;
}

/** Every sum of money in a text. A bare `$` is the dollar of the United States. */
export function findAmounts(text: string): Amount[] {
  return [...text.matchAll(moneyPattern)].map((match) => {
    const written = match[0].trimStart();
    const code = currencyOf(written);
    const end = match.index + match[0].length;
    return {
      text: written,
      value: figureOf(written),
      ...(code && { currency: code }),
      start: end - written.length,
      end,
    };
  });
}

/** The first percentage in a text, as `12.5%`. */
export function firstPercentage(text: string): string | undefined {
  const [first] = text.matchAll(percentagePattern);
  return first?.[0].replace(/\s?(?:%|per\s?cent)$/i, '%');
}

/** The figures of all percentages in a text: 12.5 for `12.5%`. */
export function findPercentages(text: string): number[] {
  return [...text.matchAll(percentagePattern)].map(([written]) => Number.parseFloat(written));
}

const scales: readonly [RegExp, number][] = [
  [/(?:thousand|k)$/i, 1e3],
  [/(?:million|\dmm?$|\smm?$)/i, 1e6],
  [/(?:billion|bn)/i, 1e9],
];

function figureOf(written: string): number {
  const number = Number.parseFloat((/\d[\d,.]*/.exec(written)?.[0] ?? '0').replaceAll(',', ''));
  const factor = scales.find(([word]) => word.test(written))?.[1] ?? 1;
  return number * factor;
}

/** Those that say which country's they are come first. */
const currencies: readonly [RegExp, string][] = [
  [/^(?:US|U\.S\.)?\s?\$|USD|dollars/i, 'USD'],
  [/^C(?:A)?\s?\$|CAD/i, 'CAD'],
  [/^A(?:U)?\s?\$|AUD/i, 'AUD'],
  [/^HK\s?\$/i, 'HKD'],
  [/^S\s?\$/i, 'SGD'],
  [/^NZ\s?\$/i, 'NZD'],
  [/\u20ac|EUR/i, 'EUR'],
  [/\u00a3|GBP|pounds/i, 'GBP'],
  [/CHF/i, 'CHF'],
  [/JPY/i, 'JPY'],
  [/RMB|CNY|renminbi/i, 'CNY'],
  [/INR|Rs|rupees/i, 'INR'],
  [/SEK/i, 'SEK'],
  [/NOK/i, 'NOK'],
  [/DKK/i, 'DKK'],
];

function currencyOf(written: string): string | undefined {
  return currencies.find(([sign]) => sign.test(written))?.[1];
}
