import { styleText } from 'node:util';

/** Of a line, in columns. */
export const width = 100;
/** Stands where no line may be broken; printed as a space. */
export const tie = '\u00a0';

/** A heading with a line under it. */
export function section(title: string): string[] {
  return ['', bold(title), '-'.repeat(width)];
}

/** Lines of at most {@link width} columns where words allow it: the first begins with `first`, the others are indented. */
export function wrap(text: string, first: string, indent: number): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = ' '.repeat(indent) + word;
    } else {
      line = line === '' || line.endsWith(' ') ? line + word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((each) => each.replaceAll(tie, ' '));
}

export function bold(text: string): string {
  return styleText('bold', text);
}

export function dim(text: string): string {
  return styleText('dim', text);
}

export function warning(text: string): string {
  return styleText('yellow', text);
}
