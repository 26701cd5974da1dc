import { json } from 'node:stream/consumers';
import autocannon, { type Result } from 'autocannon';
import type { Load, LoadResult } from './load.ts';

/** Reads a Load from standard input, and writes the LoadResult to standard output. */
const { port, method, paths, headers, body, connections, seconds } = (await json(process.stdin)) as Load;

const times: number[] = [];
let hits = 0;
let failures = 0;
let next = 0;
const startedAt = performance.now();

const ended = Promise.withResolvers<Result>();
const options: autocannon.Options = {
  url: `http://127.0.0.1:${port}`,
  connections,
  duration: seconds,
  method,
  headers,
  ...(body === undefined ? {} : { body }),
  requests: [
    {
      setupRequest: (request) => {
        const path = paths[next % paths.length] as string;
        next += 1;
        return { ...request, path };
      },
    },
  ],
  setupClient: (client) => {
    client.on('headers', ({ headers: pairs }) => {
      // A flat list of names and values.
      const list = pairs as unknown as string[];
      const at = list.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'x-cache');
      if (at >= 0 && list[at + 1] === 'HIT') hits += 1;
    });
  },
};
const run = autocannon(options, (error, result) => (error ? ended.reject(error) : ended.resolve(result)));
run.on('response', (_client, status, _bytes, ms) => {
  if (status >= 200 && status < 300) times.push(ms);
  else failures += 1;
});
const { errors, timeouts } = await ended.promise;

times.sort((a, b) => a - b);
const result: LoadResult = {
  answers: times.length,
  failures: failures + errors + timeouts,
  hits,
  seconds: (performance.now() - startedAt) / 1000,
  p50Ms: quantile(0.5),
  p99Ms: quantile(0.99),
};
process.stdout.write(JSON.stringify(result));

function quantile(fraction: number): number {
  return times[Math.min(times.length - 1, Math.floor(fraction * times.length))] ?? Number.NaN;
}
