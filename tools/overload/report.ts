import type { Overload } from './overload.ts';
import type { LoadName } from './settings.ts';

export type Overloads = Partial<Record<LoadName, Overload>>;

const leastGoodput = 0.8;
const refusalLimitMs = 50;
const recoveryLimitMs = 5000;
const growthLimit = 1.15;

/** What the overload cost more than it may; nothing if it kept to the limits. */
export function excessesOf(name: LoadName, overload: Overload): string[] {
  const { peakPerSecond, goodputPerSecond, overloaded, memory, fullSpeedAfterMs } = overload;
  const { refused, failures } = overloaded;
  const growing = Object.entries(memory).filter(([, { growth }]) => growth > growthLimit);
  return [
    ...(goodputPerSecond < leastGoodput * peakPerSecond ? ['less was done than 80 % of the peak'] : []),
    ...(refused.p99 > refusalLimitMs ? [`refusals took more than ${refusalLimitMs} ms`] : []),
    ...Object.entries(failures).map(([failure, count]) => `${count} failed instead of being refused: ${failure}`),
    ...growing.map(([process]) => `the memory of ${process} went on growing`),
    ...(fullSpeedAfterMs === undefined || fullSpeedAfterMs > recoveryLimitMs
      ? [`full speed was not back within ${recoveryLimitMs / 1000} s`]
      : []),
  ].map((excess) => `${name}: ${excess}`);
}

/** The results as tables in Markdown. */
export function tablesOf(overloads: Overloads): string {
  const named = Object.entries(overloads);
  const names = named.map(([name]) => name);
  const row = (title: string, cell: (overload: Overload) => string) =>
    `| ${title} | ${named.map(([, overload]) => cell(overload)).join(' | ')} |`;
  const processes = Object.keys(named[0]?.[1].memory ?? {});
  return [
    `| | ${names.join(' | ')} |`,
    `| --- | ${names.map(() => '---').join(' | ')} |`,
    row('peak, each second', ({ peakPerSecond }) => peakPerSecond.toFixed(1)),
    row('offered, each second', ({ offeredPerSecond }) => offeredPerSecond.toFixed(1)),
    row('done, each second', ({ goodputPerSecond }) => goodputPerSecond.toFixed(1)),
    row(
      'done, of the peak',
      ({ goodputPerSecond, peakPerSecond }) => `${((100 * goodputPerSecond) / peakPerSecond).toFixed(0)} %`,
    ),
    row('time of what was done, p50 and p99', ({ overloaded: { done } }) => inMs(done.p50, done.p99)),
    row('refused', ({ overloaded: { refused } }) => String(refused.count)),
    row('time of refusals, p50 and p99', ({ overloaded: { refused } }) => inMs(refused.p50, refused.p99)),
    row('failed', ({ overloaded: { failures } }) =>
      String(Object.values(failures).reduce((sum, count) => sum + count, 0)),
    ),
    row('not sent, for want of connections', ({ overloaded: { unsent } }) => String(unsent)),
    row('full speed after', ({ fullSpeedAfterMs }) =>
      fullSpeedAfterMs === undefined ? 'not measured' : `${(fullSpeedAfterMs / 1000).toFixed(1)} s`,
    ),
    ...processes.map((process) =>
      row(`memory of ${process}, before and most`, ({ memory }) => {
        const { beforeMb = 0, peakMb = 0 } = memory[process] ?? {};
        return `${beforeMb.toFixed(0)} MB, ${peakMb.toFixed(0)} MB`;
      }),
    ),
  ].join('\n');
}

function inMs(...values: number[]): string {
  return values.map((value) => `${value.toFixed(1)} ms`).join(', ');
}
