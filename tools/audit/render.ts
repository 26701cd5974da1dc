import type { HeadFile } from '@contract-reviewer/platform/audit/audit-head';
import type { Verdict } from '@contract-reviewer/platform/audit/audit-verdict';

/** A verdict for programs. */
export function verdictJson({ fault, ...verdict }: Verdict) {
  return {
    valid: fault === undefined,
    log_id: verdict.logId,
    first_sequence: verdict.firstSequence,
    size: verdict.size,
    checked: verdict.checked,
    heads: verdict.heads,
    erased: verdict.erased,
    ...(fault && { fault }),
  };
}

/** A verdict as lines for people. */
export function renderVerdict({ fault, ...verdict }: Verdict, { head }: HeadFile): string[] {
  if (fault) {
    const where = fault.sequence === undefined ? '' : ` at entry ${fault.sequence}`;
    return [`NOT as it was: ${fault.kind}${where}.`, fault.message];
  }
  const { checked, firstSequence, size, heads, erased } = verdict;
  const sealed = firstSequence === 0 ? '' : `, those before ${firstSequence} are sealed`;
  return [
    `As it was: the log has ${size} entries${sealed}; ${checked} were checked, and ${heads} heads agree.`,
    `It continues what was signed at ${head.signedAt}, when it had ${head.size}.`,
    ...(erased === 0 ? [] : [`${erased} parts of entries were erased on request, and that is recorded.`]),
  ];
}
