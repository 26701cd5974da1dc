import { countOf, isClean, type Result, type TargetResult } from './result.ts';
import { kinds } from './target.ts';

const mebibyte = 2 ** 20;

/** The figures of a run, for programs. */
export function summaryOf(result: Result) {
  return {
    seed: result.seed,
    seconds: Math.round(result.seconds),
    requests: countAll(result.targets),
    is_clean: isClean(result),
    targets: result.targets,
    findings: result.findings,
    memory: result.memory,
    unexpected_ends: result.unexpectedEnds,
  };
}

/** The same for people. */
export function textOf(result: Result): string {
  const { seed, seconds, targets, findings, memory, unexpectedEnds } = result;
  const width = Math.max(...targets.map(({ name }) => name.length));
  return [
    `${countAll(targets)} requests to ${targets.length} routes and RPCs in ${Math.round(seconds)} s, seed ${seed}`,
    ...targets.map(
      (target) =>
        `  ${target.name.padEnd(width)} ${kinds.map((kind) => String(countOf(target, kind)).padStart(5)).join('')}   ${answersText(target)}`,
    ),
    'own memory, MiB: once warm, at the end',
    ...memory.map(
      ({ process, warm, end, isWithinBound }) =>
        `  ${process.padEnd(14)} ${inMebibytes(warm)} ${inMebibytes(end)}${isWithinBound ? '' : '  MORE THAN IT MAY'}`,
    ),
    ...unexpectedEnds.map((end) => `ended: ${end}`),
    `${findings.length} forbidden outcomes`,
    ...findings.flatMap(({ target, kind, outcome, request }) => [
      '',
      `${target} (${kind})`,
      `  ${outcome}`,
      `  ${request.slice(0, 3000)}`,
      `  again: npm run fuzz -- --seed ${seed} --target '${target}'`,
    ]),
  ].join('\n');
}

/** The figures as the table of docs/fuzzing.md. */
export function tableOf({ seed, seconds, targets, findings, memory, unexpectedEnds }: Result): string {
  const rows = targets.map(
    (target) =>
      `| \`${target.name}\` | ${kinds.map((kind) => countOf(target, kind)).join(' | ')} | ${answersText(target)} |`,
  );
  const processes = memory.map(
    ({ process, warm, end }) => `| ${process} | ${inMebibytes(warm).trim()} | ${inMebibytes(end).trim()} |`,
  );
  return [
    `${countAll(targets)} requests to ${targets.length} routes and RPCs in ${Math.round(seconds)} s, seed ${seed}: ${findings.length} forbidden outcomes, ${unexpectedEnds.length} processes ended.`,
    '',
    `| route or RPC | ${kinds.join(' | ')} | answers |`,
    '| --- | ---: | ---: | ---: | --- |',
    ...rows,
    '',
    '| process | own memory once warm, MiB | at the end, MiB |',
    '| --- | ---: | ---: |',
    ...processes,
  ].join('\n');
}

function countAll(targets: readonly TargetResult[]): number {
  return targets.reduce((sum, target) => sum + kinds.reduce((each, kind) => each + countOf(target, kind), 0), 0);
}

/** Of all kinds together. */
function answersText({ answers }: TargetResult): string {
  const counts = new Map<string, number>();
  for (const kind of kinds) {
    for (const [status, count] of Object.entries(answers[kind])) counts.set(status, (counts.get(status) ?? 0) + count);
  }
  return [...counts]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([status, count]) => `${status}: ${count}`)
    .join(', ');
}

function inMebibytes(bytes: number): string {
  return (bytes / mebibyte).toFixed(0).padStart(6);
}
