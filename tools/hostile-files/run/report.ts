import type { AttackResult, RunResult } from './run.ts';

/** Of the document service with all its processes: while a file is read over what it took before, and in the end over what it took after honest documents. */
const maxGrowthBytes = 150 * 1024 * 1024;

/** Limits of time, in seconds. */
interface TimeLimits {
  /** From the upload's first byte to the outcome. */
  file: number;
  /** The 99th percentile of each of the other user's reads. */
  read: number;
  /** Each of its uploads and reviews. */
  review: number;
}

/** What a contract of 300 pages takes on the machine that the limits are for: two cores that do nothing else. */
const usualContractSeconds = 1.7;

/** A machine that is busy with other things proves nothing wrong, so the limits grow with what it takes for honest work. */
function timeLimitsOf({ contractSeconds }: RunResult): TimeLimits {
  const factor = Math.max(1, contractSeconds / usualContractSeconds);
  return { file: 5 * factor, read: factor, review: 10 * factor };
}

const reads = new Set(['document', 'text', 'list', 'analysis']);
const goodReviews = new Set(['completed', 'partial', undefined]);

/** In what the system fell short; nothing if it kept to everything. */
export function shortcomingsOf(result: RunResult): string[] {
  const { attacks, bystander, outbound, restarted, stray } = result;
  const seconds = timeLimitsOf(result);
  return [
    ...attacks.flatMap((attack) => shortcomingsOfAttack(attack, seconds)),
    ...bystander.failures.map((failure) => `the other user: ${failure}`),
    ...bystander.figures.flatMap(({ operation, p99Ms, maxMs, count }) => [
      ...(count === 0 ? [`the other user had no ${operation}`] : []),
      ...(reads.has(operation) && p99Ms > 1000 * seconds.read
        ? [`${operation} of the other user took ${p99Ms.toFixed(0)} ms`]
        : []),
      ...(maxMs > 1000 * seconds.review ? [`${operation} of the other user took ${maxMs.toFixed(0)} ms`] : []),
    ]),
    ...(result.remainingGrowthBytes > maxGrowthBytes
      ? [`${mebibytes(result.remainingGrowthBytes)} MB were not given back`]
      : []),
    ...outbound.map((connection) => `there was a connection to ${connection}`),
    ...restarted.map((name) => `${name} was restarted`),
    ...stray.map((path) => `there is a file ${path}`),
  ];
}

function shortcomingsOfAttack(attack: AttackResult, limits: TimeLimits): string[] {
  const { file, way, outcome, seconds, growthBytes, review, faults } = attack;
  return [
    ...(file.expected.some((expected) => expected === outcome)
      ? []
      : [`is ${outcome}, not ${file.expected.join(' or ')}`]),
    ...(seconds > limits.file ? [`took ${seconds.toFixed(1)} s`] : []),
    ...(growthBytes > maxGrowthBytes ? [`took ${mebibytes(growthBytes)} MB`] : []),
    ...(goodReviews.has(review) ? [] : [`has a review that is ${review}`]),
    ...faults,
  ].map((shortcoming) => `${file.name} (${way}) ${shortcoming}`);
}

/** The outcomes as tables of Markdown. */
export function markdownOf(result: RunResult): string {
  const { attacks, bystander } = result;
  const slowest = Math.max(...attacks.map(({ seconds }) => seconds));
  const growth = Math.max(...attacks.map(({ growthBytes }) => growthBytes));
  return [
    `${new Set(attacks.map(({ file }) => file.name)).size} files, ${attacks.length} uploads. The slowest took ${slowest.toFixed(1)} s; the document service with all its processes took at most ${mebibytes(growth)} MB more than before the file, and after all of them ${mebibytes(result.remainingGrowthBytes)} MB more than the ${mebibytes(result.baselineBytes)} MB after honest documents. ${result.outbound.length} connections to elsewhere, ${result.restarted.length} restarts, ${bystander.failures.length} failures of the other user. An honest contract of 300 pages took ${result.contractSeconds.toFixed(1)} s.`,
    '',
    '| the other user | count | median ms | p99 ms | longest ms |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...bystander.figures.map(({ operation, count, medianMs, p99Ms, maxMs }) =>
      row(operation, count, medianMs.toFixed(0), p99Ms.toFixed(0), maxMs.toFixed(0)),
    ),
    '',
    '| file | what it tries | outcome | s | MB |',
    '| --- | --- | --- | ---: | ---: |',
    ...attacks.map(({ file, way, outcome, seconds, growthBytes }) =>
      row(
        `${file.name}${way === 'gRPC' ? ' (gRPC)' : ''}`,
        file.attack,
        outcome,
        seconds.toFixed(1),
        mebibytes(growthBytes),
      ),
    ),
  ].join('\n');
}

function row(...cells: (string | number)[]): string {
  return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
}

function mebibytes(bytes: number): number {
  return Math.max(0, Math.round(bytes / 1024 / 1024));
}
