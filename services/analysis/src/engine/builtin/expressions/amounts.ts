const currency =
  '(?:US|U\\.S\\.|C|CA|A|AU|HK|S|NZ)?\\s?[$\\u20ac\\u00a3\\u00a5]|(?:USD|EUR|GBP|CAD|AUD|CHF|JPY|RMB|CNY|INR|SEK|NOK|DKK|Rs\\.?)';
const figure = '\\d{1,3}(?:,\\d{3}){1,5}(?:\\.\\d{1,2})?|\\d{1,12}(?:\\.\\d{1,4})?';
const scale = '(?:\\s?(?:thousand|million|billion|mm|bn|k)\\b)';
const named = '(?:(?:U\\.?S\\.?\\s)?dollars|euros?|pounds(?:\\ssterling)?|yen|rupees|renminbi|francs)';

const moneyPattern = new RegExp(
  `(?<![\\w$])(?:(?:${currency})\\s?(?:${figure})${scale}?|(?:${figure})${scale}?\\s(?:${named})(?!\\w))`,
  'i',
);
const percentagePattern = /(?<![\w.])\d{1,3}(?:\.\d{1,4})?\s?(?:%|per\s?cent(?!\w))/i;

/** The first sum of money in a text, as written (`US$5,000,000`, `250,000 euros`). */
export function firstAmount(text: string): string | undefined {
  return moneyPattern.exec(text)?.[0].trim();
}

/** The first percentage in a text, as `12.5%`. */
export function firstPercentage(text: string): string | undefined {
  return percentagePattern.exec(text)?.[0].replace(/\s?(?:%|per\s?cent)$/i, '%');
}
