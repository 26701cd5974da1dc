const mostOctets = 75;

/** The value of a property of type TEXT. See https://www.rfc-editor.org/rfc/rfc5545#section-3.3.11. */
export function textValue(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replace(/\r\n|\r|\n/g, '\\n');
}

/**
 * A line of a calendar with its end, folded where it is longer than 75 octets, never inside a character.
 * See https://www.rfc-editor.org/rfc/rfc5545#section-3.1.
 */
export function contentLine(line: string): string {
  let folded = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > mostOctets) {
      folded += '\r\n ';
      octets = 1;
    }
    folded += character;
    octets += size;
  }
  return `${folded}\r\n`;
}
