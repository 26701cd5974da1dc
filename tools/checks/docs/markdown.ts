interface Link {
  target: string;
  /** Counts from 1. */
  line: number;
}

interface ScriptMention {
  script: string;
  /** Counts from 1. */
  line: number;
}

const fence = /^ {0,3}(?:```|~~~)/;

/** The lines that are prose: a link inside a code block is an example and leads nowhere. */
function proseLines(text: string): { content: string; line: number }[] {
  let inCode = false;
  return text.split('\n').flatMap((content, index) => {
    if (fence.test(content)) {
      inCode = !inCode;
      return [];
    }
    return inCode ? [] : [{ content, line: index + 1 }];
  });
}

/** The targets of inline links, images and reference definitions. */
export function linksIn(text: string): Link[] {
  return proseLines(text).flatMap(({ content, line }) => {
    const visible = content.replaceAll(/`[^`]*`/g, '');
    const inline = [...visible.matchAll(/\]\(\s*<?([^\s)>]+)>?[^)]*\)/g)];
    const definitions = [...visible.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)>?/g)];
    return [...inline, ...definitions].flatMap(([, target]) => (target === undefined ? [] : [{ target, line }]));
  });
}

/** Every `npm run X`, in prose and in code blocks alike, and the short forms `npm test` and `npm start`. */
export function npmScriptsIn(text: string): ScriptMention[] {
  const mention = /\bnpm (?:run ([a-z][a-z0-9:-]*)|(start|test)\b)/g;
  return text.split('\n').flatMap((content, index) =>
    [...content.matchAll(mention)].flatMap(([, run, short]) => {
      const script = run ?? short;
      return script === undefined ? [] : [{ script, line: index + 1 }];
    }),
  );
}

/** Paths of the repository that are named in prose, other than by links: with `*` for what varies. */
export function pathsIn(text: string): { path: string; line: number }[] {
  const mention = /(?<![\w./@*-])(?:deploy|docs|gateway|platform|proto|services|tools)\/[\w*.{},/-]*[\w*}]/g;
  return proseLines(text).flatMap(({ content, line }) =>
    [...content.replaceAll(/\]\([^)]*\)/g, ']').matchAll(mention)].map(([path]) => ({ path, line })),
  );
}

/** The anchors that a reader's Markdown viewer derives from the headings, doubles numbered as GitHub does. */
export function headingAnchors(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = proseLines(text).flatMap(({ content }) => {
    const title = /^ {0,3}#{1,6}\s+(.*?)\s*#*$/.exec(content)?.[1];
    if (title === undefined) return [];
    const slug = title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return [count === 0 ? slug : `${slug}-${count}`];
  });
  return new Set(anchors);
}
