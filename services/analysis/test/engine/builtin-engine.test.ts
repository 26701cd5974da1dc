import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BuiltinEngine, ReviewQueueFullError } from '../../src/engine/builtin/builtin-engine.ts';
import { review } from '../../src/engine/builtin/review.ts';
import { loadRuleset } from '../../src/engine/builtin/risks/load-ruleset.ts';
import type { ReviewProgress } from '../../src/engine/engine.ts';
import { clauseExamples } from './clause-examples.ts';
import { contract } from './contracts.ts';

const { ruleset } = loadRuleset();

const quiet = { signal: new AbortController().signal, onProgress: () => undefined };
const page = contract({ with: clauseExamples.flatMap(({ clauses }) => clauses) });
const long = { text: page.repeat(Math.ceil(900_000 / page.length)), pages: [] };

describe('the engine', () => {
  let engine: BuiltinEngine;
  beforeAll(() => {
    engine = new BuiltinEngine({ threads: 1, maxWaiting: 1 });
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  test('says what it is, so that its results can be told from others', () => {
    expect(engine).toMatchObject({
      name: 'builtin',
      modelUsed: expect.stringMatching(/^clause-networks@sha256:[0-9a-f]{64}$/),
      engineVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      rulesetVersion: expect.stringMatching(/^2\.\d+\.\d+-[0-9a-f]{16}$/),
    });
  });

  test('gives the review that the rules give, from another thread', async () => {
    const input = { text: contract(), pages: [] };
    expect(await engine.review(input, quiet)).toEqual(review(input, () => undefined, ruleset));
  });

  test('reports progress that never falls while it works', async () => {
    const steps: ReviewProgress[] = [];
    await engine.review(long, { ...quiet, onProgress: (step) => steps.push(step) });
    expect(steps.length).toBeGreaterThan(10);
    const fractions = steps.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });

  test('leaves the thread that asks free', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    const startedAt = performance.now();
    await engine.review(long, quiet);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan((performance.now() - startedAt) / 10 / 4);
  });

  test('a cancelled review ends within a second, with the reason, and the next one works', async () => {
    const cancel = new AbortController();
    const running = engine.review(long, {
      signal: cancel.signal,
      onProgress: () => cancel.abort(new Error('not wanted any more')),
    });
    const startedAt = performance.now();
    await expect(running).rejects.toThrow('not wanted any more');
    expect(performance.now() - startedAt).toBeLessThan(3000);
    await expect(engine.review({ text: contract(), pages: [] }, quiet)).resolves.toMatchObject({ riskScore: 0 });
  });

  test('a review that is cancelled before it starts does not start', async () => {
    await expect(engine.review(long, { ...quiet, signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow(
      'too late',
    );
  });

  test('a review more than may wait is refused', async () => {
    const cancel = new AbortController();
    const options = { signal: cancel.signal, onProgress: () => undefined };
    const accepted = [engine.review(long, options), engine.review(long, options)];
    await expect(engine.review(long, options)).rejects.toThrow(ReviewQueueFullError);
    cancel.abort(new Error('done'));
    for (const each of accepted) await expect(each).rejects.toThrow('done');
  });
});

test('a review that takes too long is ended and says so', async () => {
  await using engine = new BuiltinEngine({ threads: 1, timeoutMs: 150 });
  await expect(engine.review(long, quiet)).rejects.toMatchObject({ name: 'ReviewFailure', reason: 'review_timed_out' });
});

// Short of memory, a thread spends its time collecting garbage before it gives up.
test('a review that takes too much memory is ended and says so, and one that takes less is not', {
  timeout: 60_000,
}, async () => {
  await using engine = new BuiltinEngine({ threads: 1, memoryMb: 48 });
  await expect(engine.review({ text: long.text.repeat(8), pages: [] }, quiet)).rejects.toMatchObject({
    name: 'ReviewFailure',
    reason: 'review_out_of_memory',
  });
  await expect(engine.review(long, quiet)).resolves.toMatchObject({ coverage: { unread: [] } });
});

/** Loads what a thread loads, and prints the address of each module. */
const listing = `
  import { registerHooks } from 'node:module';
  registerHooks({ resolve: (specifier, context, next) => {
    const resolved = next(specifier, context);
    console.log(resolved.url);
    return resolved;
  } });
  await import(process.argv[1]);
`;

test('a thread loads no package: it is given its ruleset, and has its memory for contracts', async () => {
  const module = new URL('../../src/engine/builtin/review.ts', import.meta.url).href;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', listing, module]);
  const urls = stdout.split('\n');
  expect(urls.filter((url) => url.endsWith('/risks/evaluate.ts'))).not.toEqual([]);
  expect(urls.filter((url) => /\/node_modules\/|\/(?:load-ruleset|ruleset-schema)\.ts$/.test(url))).toEqual([]);
});
