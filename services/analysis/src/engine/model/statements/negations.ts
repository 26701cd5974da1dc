/** What turns a sentence into its opposite. */
const negator = /^(?:no|not|never|none|neither|nor|without|cannot|\w+n't)$/;
/** What may turn it, or make an exception; beside it nothing can be said about the sense of a word by looking at the words before it. */
const maybeNegating =
  /^(?:no|not|never|none|neither|nor|without|cannot|\w+n't|un\w{4,}|non\w{3,}|in(?:valid|eligible|capable|applicable)\w*|irrevocabl\w*|except\w*|unless|until|only|other|save|but|however|provided|exclud\w*|exclusi\w*|limit\w*|restrict\w*|prohibit\w*|forb\w*|prevent\w*|refrain\w*|refus\w*|waiv\w*|disclaim\w*|lack\w*|absen\w*|miss\w*|fail\w*|den\w{1,4}|cease\w*|lose\w*|free|exempt\w*)$/;
/** They carry no sense of their own between a negator and its word. */
const filler =
  /^(?:be|been|being|is|are|was|were|have|has|had|do|does|did|to|the|a|an|any|in|of|at|for|all|its|their|his|such|either|each|further|other|prior|written|event|way|circumstances|\w+ly)$/;

/**
 * Whether a statement says of a word of the passage that it is not so, where the passage says that it is, or the reverse.
 *
 * Only what can be told for certain: in one of the two texts the word follows a negation directly, and the other has
 * nothing at all that could negate it.
 */
export function negationsAgree(statement: string, passage: string): boolean {
  const said = wordsOf(statement);
  const written = wordsOf(passage);
  if (isAffirmative(written) && negatedIn(said).some((stem) => hasStem(written, stem))) return false;
  if (!isAffirmative(said)) return true;
  const negated = new Set(negatedIn(written));
  return ![...negated].some((stem) => hasStem(said, stem) && count(written, stem) === countNegated(written, stem));
}

/** Clause by clause: a negation does not reach past a full stop or a semicolon. */
function wordsOf(text: string): string[][] {
  return text
    .toLowerCase()
    .replace(/[\u2018\u2019]/g, "'")
    .split(/[.;:]\s|\n\s*\n/)
    .map((clause) => clause.match(/[\p{L}']+/gu) ?? []);
}

function isAffirmative(clauses: readonly string[][]): boolean {
  return clauses.every((words) => !words.some((word) => maybeNegating.test(word)));
}

/** The stems of the words that a negation stands directly before. */
function negatedIn(clauses: readonly string[][]): string[] {
  return clauses.flatMap((words) =>
    words.flatMap((word, index) => {
      if (!negator.test(word)) return [];
      const next = words.slice(index + 1).find((each) => !filler.test(each));
      return next === undefined || maybeNegating.test(next) || next.length < 4 ? [] : [stemOf(next)];
    }),
  );
}

function hasStem(clauses: readonly string[][], stem: string): boolean {
  return count(clauses, stem) > 0;
}

function count(clauses: readonly string[][], stem: string): number {
  return clauses.flat().filter((word) => stemOf(word) === stem).length;
}

function countNegated(clauses: readonly string[][], stem: string): number {
  return negatedIn(clauses).filter((each) => each === stem).length;
}

/** Enough to tell `terminate`, `terminates` and `termination` from other words. */
function stemOf(word: string): string {
  return word.slice(0, 6).replace(/(?<=.{4})(?:ed|es|s|e)$/, '');
}
