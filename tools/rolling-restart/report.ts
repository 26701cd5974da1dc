import type { RollingRestart } from './rolling-restart.ts';

export function textOf({ before, steps, failures }: RollingRestart): string {
  const rows = [
    { name: 'before', restart: '', ...before },
    ...steps.map((step) => ({ ...step, restart: (step.ms / 1000).toFixed(1) })),
  ];
  return [
    line('', ['restart s', 'requests', 'p50 ms', 'p99 ms', 'max ms', 'failed']),
    ...rows.map(({ name, restart, reads, p50, p99, max, failures: failed }) =>
      line(name, [restart, String(reads), p50.toFixed(1), p99.toFixed(1), max.toFixed(1), String(failed)]),
    ),
    '',
    ...Object.entries(failures).map(([failure, count]) => `${count} x ${failure}`),
    `${failureCountOf(failures)} failed requests`,
  ].join('\n');
}

export function failureCountOf(failures: RollingRestart['failures']): number {
  return Object.values(failures).reduce((sum, count) => sum + count, 0);
}

function line(name: string, cells: readonly string[]): string {
  return name.padEnd(12) + cells.map((cell) => cell.padStart(10)).join('');
}
