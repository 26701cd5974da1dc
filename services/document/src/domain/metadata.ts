/** What people note about a document: any JSON object within bounds. */
export type Metadata = Record<string, unknown>;

const maxBytes = 16 * 1024;
const maxDepth = 8;

/** @returns what is wrong with the metadata, as the end of a sentence that begins with its name; undefined if nothing */
export function metadataProblem(metadata: Metadata): string | undefined {
  const problem = problemIn(metadata, maxDepth);
  if (problem) return problem;
  const size = new TextEncoder().encode(JSON.stringify(metadata)).length;
  return size <= maxBytes ? undefined : `must take at most ${maxBytes / 1024} KiB as JSON`;
}

function problemIn(value: unknown, levels: number): string | undefined {
  switch (typeof value) {
    case 'string':
      return value.includes('\0') ? 'must not contain the character U+0000' : undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : 'must contain no numbers other than finite ones';
    case 'object':
      return value === null ? undefined : problemInside(value, levels);
    default:
      return undefined;
  }
}

function problemInside(value: object, levels: number): string | undefined {
  if (levels === 0) return `must be nested at most ${maxDepth} levels deep`;
  for (const [key, item] of Object.entries(value)) {
    const problem = problemIn(key, levels) ?? problemIn(item, levels - 1);
    if (problem) return problem;
  }
  return undefined;
}
