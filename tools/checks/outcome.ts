/** What one check found: `summary` is its line in the overview, `report` what a person needs to repair it. */
export type Outcome =
  | { status: 'passed'; summary: string }
  | { status: 'skipped'; summary: string }
  | { status: 'failed'; summary: string; report: string };

export interface Check {
  /** The word that `--only` takes. */
  name: string;
  /** What holds when the check passes, as it stands in `--help`. */
  promise: string;
  /** @param root absolute path of the repository to look at. */
  run(root: string): Promise<Outcome>;
}

/** One place in a tracked file that breaks a rule. */
export interface Finding {
  /** Relative to the repository root. */
  file: string;
  /** Counts from 1. */
  line: number;
  message: string;
}

/** Passes with `summary` when there is nothing to report; otherwise fails with one line per finding. */
export function outcomeOf(findings: readonly Finding[], summary: string): Outcome {
  if (findings.length === 0) return { status: 'passed', summary };
  const report = findings.map(({ file, line, message }) => `${file}:${line}  ${message}`).join('\n');
  return { status: 'failed', summary: `${findings.length} found`, report };
}
