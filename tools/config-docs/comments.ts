const commented = /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*([A-Z][A-Z0-9_]+):/g;

/** The comments over the settings in a source file, by the settings' names. */
export function commentsIn(source: string): Map<string, string> {
  return new Map(
    [...source.matchAll(commented)].map(([, comment = '', name = '']) => [
      name,
      comment.replaceAll(/\s*\n\s*\*\s?/g, ' ').trim(),
    ]),
  );
}
