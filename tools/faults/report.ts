import { type Rule, seenAt, type Violation } from './checker.ts';
import type { Operation, Outcome, State } from './history.ts';
import type { Fault } from './nemesis/nemesis.ts';
import type { Result } from './result.ts';

const shownViolations = 10;
const rules: readonly Rule[] = ['lost write', 'stale read', 'vanished', 'came back', 'wrong value'];

/** The counts of a run, and for its violations the lines of history that show them. */
export function summaryOf({ seed, without, seconds, operations, faults, unexpectedEnds, violations }: Result) {
  return {
    seed,
    ...(without && { without }),
    seconds: Math.round(seconds),
    operations: operations.length,
    operations_by_kind: countOutcomes(operations),
    answered: operations.filter(({ outcome }) => outcome !== 'unknown').length,
    reasons: countBy(
      operations.filter(({ reason }) => reason !== undefined),
      ({ reason }) => reason as string,
    ),
    faults: faults.length,
    faults_by_kind: countBy(faults, ({ kind }) => kind),
    unexpected_ends: unexpectedEnds,
    violations: violations.length,
    violations_by_rule: Object.fromEntries(
      rules.map((rule) => [rule, violations.filter((violation) => violation.rule === rule).length]),
    ),
    ...(violations[0] && { first_violation_after_ms: Math.round(seenAt(violations[0])) }),
    revoked_sessions_accepted: violations.filter(isAcceptedAfterRevocation).length,
    shown: violations.slice(0, shownViolations).map((violation) => linesOf(violation, faults)),
  };
}

/** As {@link summaryOf}, for people. */
export function textOf(result: Result): string {
  const summary = summaryOf(result);
  const outcomes = Object.entries(summary.operations_by_kind).map(
    ([kind, { ok, refused, unknown }]) => `  ${kind.padEnd(22)} ok ${ok}, refused ${refused}, unknown ${unknown}`,
  );
  const faults = Object.entries(summary.faults_by_kind).map(([kind, count]) => `  ${kind.padEnd(32)} ${count}`);
  const broken = Object.entries(summary.violations_by_rule).map(([rule, count]) => `  ${rule.padEnd(14)} ${count}`);
  const rate = Math.round(summary.answered / result.seconds);
  const reasons = Object.entries(summary.reasons).map(([reason, count]) => `${reason} ${count}`);
  return [
    `${summary.operations} operations in ${summary.seconds} s, ${summary.answered} answered (${rate} a second), seed ${summary.seed}`,
    ...outcomes,
    `refused or unknown because of: ${reasons.join(', ') || 'nothing'}`,
    `${summary.faults} faults of ${faults.length} kinds`,
    ...faults,
    ...result.unexpectedEnds.map((end) => `ended by itself: ${end}`),
    `${summary.violations} violations, ${summary.revoked_sessions_accepted} of them sessions accepted after their revocation`,
    ...broken,
    ...(summary.first_violation_after_ms === undefined
      ? []
      : [`the first after ${(summary.first_violation_after_ms / 1000).toFixed(1)} s`]),
    ...summary.shown.flatMap((lines) => ['', ...lines]),
  ].join('\n');
}

function isAcceptedAfterRevocation({ rule, object }: Violation): boolean {
  return rule === 'came back' && object.startsWith('session:');
}

function linesOf({ rule, object, evidence }: Violation, faults: readonly Fault[]): string[] {
  const from = evidence[0]?.invokedAt ?? 0;
  const to = evidence.at(-1)?.answeredAt ?? 0;
  const meanwhile = faults.filter(({ beganAt, endedAt }) => beganAt <= to && endedAt >= from);
  return [
    `${rule}: ${object}`,
    ...evidence.map((operation) => `  ${lineOf(operation, object)}`),
    ...meanwhile.map((fault) => `  ${span(fault.beganAt, fault.endedAt)} fault: ${fault.kind}, ${fault.detail}`),
  ];
}

function lineOf({ kind, via, invokedAt, answeredAt, outcome, effects }: Operation, object: string): string {
  const effect = effects.find((each) => each.object === object);
  const shown = effect?.action === 'remove' ? 'removed' : stateText(effect?.state);
  return `${span(invokedAt, answeredAt)} ${kind} by ${via}: ${outcome}, ${shown}`;
}

function stateText(state: State | undefined): string {
  if (!state) return 'not there';
  const version = state.version === undefined ? '' : `version ${state.version} `;
  return `${version}${state.value ?? ''}`.trim();
}

/** In milliseconds since the beginning. */
function span(from: number, to: number): string {
  return `[${from.toFixed(1)} .. ${to.toFixed(1)}]`;
}

function countOutcomes(operations: readonly Operation[]): Record<string, Record<Outcome, number>> {
  const counts: Record<string, Record<Outcome, number>> = {};
  for (const { kind, outcome } of operations) {
    counts[kind] ??= { ok: 0, refused: 0, unknown: 0 };
    counts[kind][outcome] += 1;
  }
  return counts;
}

function countBy<T>(items: readonly T[], nameOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[nameOf(item)] = (counts[nameOf(item)] ?? 0) + 1;
  return counts;
}
