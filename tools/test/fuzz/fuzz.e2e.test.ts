import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { kinds } from '../../fuzz/target.ts';
import { compiledCode } from '../../stack/repository.ts';
import { repository } from '../e2e/system.ts';

/** One of each kind to each target, at least; `FUZZ_REQUESTS=20000 npm test -- fuzz.e2e` is as long as `npm run fuzz`. */
const requests = process.env.FUZZ_REQUESTS ?? '300';

it('no request to any route or RPC has a forbidden outcome, and every kind of request reached every one', async () => {
  const fuzz = spawn(process.execPath, ['tools/fuzz/main.ts', '--json', '--requests', requests], {
    cwd: repository,
    env: { ...compiledCode, PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let progress = '';
  fuzz.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  fuzz.stderr.setEncoding('utf8').on('data', (text: string) => {
    progress += text;
  });
  const [code] = await once(fuzz, 'close');
  expect(output, progress).not.toBe('');
  const result = JSON.parse(output);
  expect(result, progress).toMatchObject({ is_clean: true, findings: [], unexpected_ends: [] });
  expect(code).toBe(0);
  expect(result.requests).toBeGreaterThanOrEqual(Number(requests));
  expect(result.targets.filter(({ side }: { side: string }) => side === 'rest').length).toBeGreaterThan(40);
  expect(result.targets.filter(({ side }: { side: string }) => side === 'grpc').length).toBeGreaterThan(60);
  for (const { name, answers } of result.targets) {
    for (const kind of kinds) expect(Object.keys(answers[kind]).length, `${name}, ${kind}`).toBeGreaterThan(0);
  }
  console.log(`${result.requests} requests in ${result.seconds} s, seed ${result.seed}`);
}, 900_000);
