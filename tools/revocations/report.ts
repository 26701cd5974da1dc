import { redisStates } from './settings.ts';
import { takingNames } from './takings.ts';
import type { Trial } from './trials.ts';

/** What is wrong with a trial; undefined if it shows what it should. */
export function faultOf({ taking, redis, acceptedBefore, acceptedAfter }: Trial): string | undefined {
  const [first] = acceptedAfter;
  if (first)
    return `${taking}, Redis ${redis}: ${acceptedAfter.length} accepted afterwards, the first by ${first.where}`;
  if (acceptedBefore === 0) return `${taking}, Redis ${redis}: it was not in use before`;
  return undefined;
}

/** As a table of Markdown, with what went wrong below it. */
export function textOf(trials: readonly Trial[]): string {
  const rows = takingNames.flatMap((taking) =>
    redisStates.flatMap((redis) => {
      const group = trials.filter((trial) => trial.taking === taking && trial.redis === redis);
      if (group.length === 0) return [];
      const sum = (count: (trial: Trial) => number) => group.reduce((total, trial) => total + count(trial), 0);
      const waits = group.map(({ acknowledgedAfterMs }) => acknowledgedAfterMs).toSorted((a, b) => a - b);
      const cells = [
        taking,
        redis,
        group.length,
        sum(({ asked }) => asked),
        sum(({ acceptedBefore }) => acceptedBefore),
        sum(({ acceptedAfter }) => acceptedAfter.length),
        Math.round(waits[Math.floor(waits.length / 2)] ?? 0),
      ];
      return [`| ${cells.join(' | ')} |`];
    }),
  );
  return [
    '| What is taken away | Redis | Trials | Requests | Accepted before | Accepted after the acknowledgement | Acknowledged after (median ms) |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
    ...trials.flatMap((trial) => faultOf(trial) ?? []),
  ].join('\n');
}
