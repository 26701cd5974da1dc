import type { Outage } from './outage.ts';
import type { Phase } from './phase.ts';
import type { Settings } from './settings.ts';

const recoveryLimitMs = 5000;

/** What the outage cost more than it may; nothing if it kept to the limits. */
export function excessesOf({ before, during, after, recoveredAfterMs }: Outage, { limitMs }: Settings): string[] {
  const failures = before.failures + during.failures + after.failures;
  return [
    ...(failures > 0 ? [`${failures} reads failed`] : []),
    ...(during.p99 > limitMs ? [`the 99th percentile was ${during.p99.toFixed(0)} ms, more than ${limitMs}`] : []),
    ...(recoveredAfterMs === undefined || recoveredAfterMs > recoveryLimitMs
      ? [`full speed was not back within ${recoveryLimitMs / 1000} s`]
      : []),
  ];
}

export function textOf(outage: Outage): string {
  const { before, during, after, seconds, recoveredAfterMs } = outage;
  return [
    line('', ['reads', 'p50 ms', 'p99 ms', 'max ms', 'failed', 'hits']),
    phaseLine('before', before),
    phaseLine('Redis hangs', during),
    phaseLine('after', after),
    '',
    ...seconds.map(({ second, ...phase }) => phaseLine(`second ${second}`, phase)),
    '',
    recoveredAfterMs === undefined
      ? 'full speed did not come back'
      : `full speed ${(recoveredAfterMs / 1000).toFixed(1)} s after Redis went on`,
  ].join('\n');
}

function phaseLine(name: string, { reads, p50, p99, max, failures, hits }: Phase): string {
  return line(name, [
    String(reads),
    p50.toFixed(1),
    p99.toFixed(1),
    max.toFixed(1),
    String(failures),
    `${(100 * hits).toFixed(0)} %`,
  ]);
}

function line(name: string, cells: readonly string[]): string {
  return name.padEnd(12) + cells.map((cell) => cell.padStart(9)).join('');
}
