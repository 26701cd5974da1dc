/**
 * A text that says with an ellipsis that it was cut where it is longer than `longest` UTF-16 code units: at a space if there is
 * one, and never inside a character, since half of one cannot be stored.
 */
export function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const space = text.lastIndexOf(' ', longest);
  if (space > 0) return `${text.slice(0, space)}...`;
  const next = text.charCodeAt(longest);
  const splitsPair = next >= 0xdc00 && next <= 0xdfff;
  return `${text.slice(0, splitsPair ? longest - 1 : longest)}...`;
}
