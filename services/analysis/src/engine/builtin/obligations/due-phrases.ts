const timeUnit = '(?:business |calendar |working )?(?:day|week|month|quarter|year|hour)s?';
const patterns: readonly RegExp[] = [
  new RegExp(`\\bwithin\\s(?:a\\speriod\\sof\\s)?[\\w\\s()-]{1,40}?${timeUnit}\\b[^,;:.]{0,70}`, 'i'),
  /\b(?:no|not) later than\s(?:[^,;:.]|,\s(?=\d{4})){3,80}/i,
  /\bon or before\s(?:[^,;:.]|,\s(?=\d{4})){3,60}/i,
  new RegExp(
    `\\b(?:at least|not less than|no less than|upon|on|with|by giving)\\s[\\w\\s()-]{1,40}?${timeUnit}'?s?'?\\s(?:prior |advance |written |before)[^,;:.]{0,70}`,
    'i',
  ),
  /\bby (?:the (?:end|last day|first day|\d{1,2}\w{2}|close)[^,;:.]{3,60}|(?:January|February|March|April|May|June|July|August|September|October|November|December)\s\d{1,2}(?:,\s\d{4})?)/,
  /\b(?:on|in) the (?:first|last|\w+th) (?:business )?day of each[^,;:.]{0,50}/i,
  /\b(?:monthly|quarterly|semi-?annually|annually|weekly|daily|once (?:per|every|a|each)[^,;:.]{1,30}|(?:each|every) (?:calendar )?(?:month|quarter|year|week))\b/i,
  /\b(?:promptly|immediately|forthwith|without (?:undue )?delay|as soon as (?:reasonably )?(?:practicable|possible))\b(?:\s(?:upon|after|following|on)\s[^,;:.]{3,60})?/i,
  // What was `incurred before termination` tells nothing about when to act.
  /(?<!\b(?:accrued|incurred|made|arising|due|owed|existing|received|performed|rendered|delivered)\s)\b(?:upon|following|after|prior to|before) (?:the )?(?:receipt|termination|expiration|expiry|request|written request|completion|delivery|execution|notice|closing|signing|acceptance)\b[^,;:.]{0,50}/i,
];

/** What a due date runs into when the sentence goes on. */
const anotherDuty =
  /\s(?:and|or|but)(?:\s(?:(?:the\s)?(?:[A-Z][\w-]{1,20}\s){1,3}(?:shall|will|must|may)|shall|will|must|may|to|provide|notify|the|on|if|certify)\b.*)?$/i;

/** The first date or period that a text names, or else the first other word on time, in whole words. */
export function dueIn(text: string): string | undefined {
  const found = patterns
    .map((pattern) => pattern.exec(text))
    .filter((match) => match !== null)
    .sort((a, b) => a.index - b.index);
  const match = found.find(([phrase]) => /\d/.test(phrase)) ?? found[0];
  return match && wholeWords(text, match).replace(anotherDuty, '');
}

/** Words after which the reader waits for more. */
const openWords = new Set(
  'a an the of to in on at by for with from until and or that which whether all such any each its their his her as if not either earlier later'.split(
    ' ',
  ),
);

/** A pattern that reads so many characters and no more may end within a word, or where a phrase has just begun. */
function wholeWords(text: string, { 0: phrase, index }: RegExpExecArray): string {
  const isWordCut = /\w$/.test(phrase) && /^\w/.test(text.slice(index + phrase.length));
  const words = phrase.trimEnd().split(' ');
  if (isWordCut) words.pop();
  while (words.length > 2 && openWords.has(words.at(-1)?.toLowerCase() ?? '')) words.pop();
  return words.join(' ');
}
