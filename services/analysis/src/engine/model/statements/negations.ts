/** What turns a sentence into its opposite. */
const negator = /^(?:no|not|never|none|neither|nor|without|cannot|\w+n't)$/;
/** What may turn what follows it. */
const maybeNegating =
  /^(?:no|not|never|none|neither|nor|without|cannot|\w+n't|un\w{4,}|non\w{3,}|in(?:valid|eligible|capable|applicable)\w*|irrevocabl\w*|exclud\w*|exclusion\w*|limit\w*|restrict\w*|prohibit\w*|forb\w*|prevent\w*|refrain\w*|refus\w*|waiv\w*|disclaim\w*|lack\w*|absen\w*|miss\w*|fail\w*|den\w{1,4}|cease\w*|lose\w*|free|exempt\w*)$/;
/** Beside an exception nothing is only so or only not so. */
const exception = /^(?:except\w*|unless|until|only|other|save|but|however|provided)$/;
/** They carry no sense of their own between a negator and its word. */
const filler =
  /^(?:be|been|being|is|are|was|were|have|has|had|do|does|did|to|the|a|an|any|in|of|at|for|all|its|their|his|such|either|each|further|other|prior|written|event|way|circumstances|\w+ly)$/;

/**
 * Whether a statement does not turn what the passage says into its opposite: what follows a negation directly in one of them
 * must not stand in the other where nothing could negate it. Where the passage makes exceptions, or somebody else is
 * spoken of, there is no telling.
 */
export function negationsAgree(statement: string, passage: string): boolean {
  const said = clausesOf(statement);
  const written = clausesOf(passage);
  if ([...said, ...written].some((words) => words.some((word) => exception.test(word)))) return true;
  return !turns(said, written) && !turns(written, said);
}

/** Whether one negates a word that the other has only unnegated, of the same subject. */
function turns(one: readonly string[][], other: readonly string[][]): boolean {
  return one.some((words) =>
    negatedIn(words).some(({ stem, subject }) => {
      if (isAffirmedIn(one, stem) || !isAffirmedIn(other, stem)) return false;
      return other.some((clause) => isAffirmedIn([clause], stem) && isSameSubject(subject, clause));
    }),
  );
}

/** Clause by clause: a negation does not reach past a full stop or a semicolon. */
function clausesOf(text: string): string[][] {
  return text
    .toLowerCase()
    .replace(/[\u2018\u2019]/g, "'")
    .split(/[.;:]\s|\n\s*\n/)
    .map((clause) => clause.match(/[\p{L}']+/gu) ?? []);
}

/** The words that a negation stands directly before, and what the clause speaks of until there. */
function negatedIn(words: readonly string[]): { stem: string; subject: string[] }[] {
  return words.flatMap((word, index) => {
    if (!negator.test(word)) return [];
    const next = words.slice(index + 1).find((each) => !filler.test(each));
    if (next === undefined || maybeNegating.test(next) || next.length < 4) return [];
    const subject = words.slice(0, index).filter((each) => each.length > 3 && !filler.test(each));
    return [{ stem: stemOf(next), subject }];
  });
}

/** Whether the word occurs, and nowhere behind anything that could negate it. */
function isAffirmedIn(clauses: readonly string[][], stem: string): boolean {
  const places = clauses.flatMap((words) =>
    words.flatMap((word, index) => (stemOf(word) === stem ? [words.slice(0, index)] : [])),
  );
  return places.length > 0 && places.every((before) => !before.some((word) => maybeNegating.test(word)));
}

function isSameSubject(subject: readonly string[], clause: readonly string[]): boolean {
  return subject.length === 0 || subject.some((word) => clause.some((each) => stemOf(each) === stemOf(word)));
}

/** Enough to tell `terminate`, `terminates` and `termination` from other words. */
function stemOf(word: string): string {
  return word.slice(0, 6).replace(/(?<=.{4})(?:ed|es|s|e)$/, '');
}
