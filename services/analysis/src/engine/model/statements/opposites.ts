/** What a clause says, and how the opposite of it is said. */
const opposites: readonly { one: RegExp; other: RegExp }[] = [
  {
    one: /(?<!\bnot\s)\b(?:is|are|be|being)\s+(?:limited|capped)\b|\b(?:shall|may|will|does|do|must)\s+not\s+exceed\b|\b(?:limits|caps)\s+(?:the\s+)?(?:\w+\s){0,3}liabilit/i,
    other:
      /\bun(?:limited|capped)\b|\bnot\s+(?:be\s+)?(?:limited|capped)\b(?!\s+to)|\bno\s+(?:\w+\s)?(?:cap|limit|limitation)s?\b|\bwithout\s+(?:any\s+)?(?:limit|cap)\b|\bwithout\s+limitation\b(?=\s*[.;]|$)/i,
  },
  { one: /(?<!non[-\s]?)\bexclusive(?:ly)?\b/i, other: /\bnon[-\s]?exclusive(?:ly)?\b/i },
  { one: /(?<!non[-\s]?)\btransferable\b/i, other: /\bnon[-\s]?transferable\b|\bnot\s+transferable\b/i },
  { one: /\brevocable\b/i, other: /\birrevocabl[ey]\b/i },
];

/** Whether a statement says the opposite of the passage, of what contracts have words for. */
export function isOpposite(statement: string, passage: string): boolean {
  return opposites.some(({ one, other }) => {
    const said = { one: one.test(statement), other: other.test(statement) };
    const written = { one: one.test(passage), other: other.test(passage) };
    return (
      (said.one && !said.other && written.other && !written.one) ||
      (said.other && !said.one && written.one && !written.other)
    );
  });
}
