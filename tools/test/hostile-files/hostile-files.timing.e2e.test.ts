import { expect, it } from 'vitest';
import { corpus } from '../../hostile-files/corpus.ts';
import { markdownOf, shortcomingsOf } from '../../hostile-files/run/report.ts';
import { runHostileFiles } from '../../hostile-files/run/run.ts';
import { sampleOf } from '../../hostile-files/sample.ts';
import { type ProcessName, startSystem } from '../e2e/system.ts';

const names: ProcessName[] = ['document', 'analysis', 'session', 'gateway'];

/** A sample; all of them are for `npm run hostile-files -- --run`. */
it('hostile files are refused or read within bounds of time and memory, and nobody else notices', async () => {
  await using system = await startSystem();
  const target = {
    gateway: new URL(system.baseUrl),
    admin: system.admin,
    documentService: `127.0.0.1:${system.grpcPorts.document}`,
    processes: () => Promise.all(names.map(async (name) => ({ name, pid: await system.pidOf(name) }))),
    dataDirectory: system.dataDirectory,
  };
  const result = await runHostileFiles(target, sampleOf(corpus), {
    report: () => undefined,
    signal: new AbortController().signal,
  });
  console.log(markdownOf(result).split('\n').slice(0, 10).join('\n'));
  expect(shortcomingsOf(result)).toEqual([]);
}, 300_000);
