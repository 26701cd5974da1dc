/** What a text looks like before anything is read out of it. */
export interface Legibility {
  /** Share of common English words among the words, in [0, 1]; English prose has about .4. */
  english: number;
  /** Whether it uses the language of contracts often enough to be one. */
  contract: boolean;
}

const word = /[\p{L}\d']{1,40}/gu;
const commonWords = new Set(
  'the of and to in a or any this be for by shall with that such as on is not will other party may all its which from at under an agreement if no each it are parties has have been upon s you your we our'.split(
    ' ',
  ),
);
const contractWords =
  /\b(?:agreement|shall|party|parties|hereby|herein|hereunder|hereto|whereas|terminat\w{1,5}|obligations?|liab(?:le|ility)|warrant(?:y|ies)|indemnif\w{1,5}|consent|effective date|governing law|confidential|authori[sz]ed representative|undersigned|covenants?|will (?:not|be))\b/g;

const sampleChars = 60_000;
/** Below this share of common words a text is not read as English. */
export const leastEnglish = 0.15;
/** How many different ones a contract uses at least; even a form of a few lines does. */
const leastContractVocabulary = 4;
/** Contracts have about 3 such words in a hundred; other prose has hardly any. */
const leastContractShare = 0.008;

/** @param lower the document's text in lower case. */
export function legibilityOf(lower: string): Legibility {
  const sample =
    lower.length <= sampleChars
      ? lower
      : lower.slice(0, sampleChars / 2) + lower.slice(lower.length / 2, lower.length / 2 + sampleChars / 2);
  const words = sample.match(word) ?? [];
  const common = words.filter((each) => commonWords.has(each)).length;
  const legal: string[] = sample.match(contractWords) ?? [];
  const total = Math.max(1, words.length);
  const contract = new Set(legal).size >= leastContractVocabulary && legal.length / total >= leastContractShare;
  return { english: common / total, contract };
}
