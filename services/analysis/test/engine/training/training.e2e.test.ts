import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cuadCategories } from '../../../src/engine/builtin/clauses/categories.ts';
import { decodeWeights } from '../../../src/engine/builtin/network/weights-file.ts';
import { writeSmallDataset } from './small-dataset.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'contract-reviewer-training-'));
  writeSmallDataset(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `train` or `evaluate` as npm does. */
async function run(command: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = fileURLToPath(new URL(`../../../training/${command}.ts`, import.meta.url));
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [script, ...args])) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

describe('training', () => {
  test('gives the same bytes with one thread and with two, and they can be used', { timeout: 60_000 }, async () => {
    const [one, two] = [join(folder, 'one.bin'), join(folder, 'two.bin')];
    expect(await run('train', folder, '--out', one)).toMatchObject({ code: 0 });
    expect(await run('train', folder, '--out', two, '--threads', '2')).toMatchObject({ code: 0 });
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
    expect(decodeWeights(readFileSync(one)).keys.length).toBeGreaterThan(100);
  });
});

describe('evaluation', () => {
  test('answers for every contract and category, with spans inside the text', { timeout: 60_000 }, async () => {
    const file = join(folder, 'predictions.json');
    const { code, stdout } = await run('evaluate', folder, '--shipped', '--predictions', file);
    expect(code).toBe(0);
    expect(stdout).toMatch(/41 categories: presence F1 micro 0\.\d+/);
    expect(stdout).toMatch(/pages a second/);
    const predictions = JSON.parse(readFileSync(file, 'utf8')) as { spans: { start: number; end: number }[] }[];
    expect(predictions).toHaveLength(15 * cuadCategories.length);
    for (const { spans } of predictions) for (const { start, end } of spans) expect(end).toBeGreaterThan(start);
  });
});

describe.for(['train', 'evaluate'])('%s', (command) => {
  test('explains itself', async () => {
    const { code, stdout } = await run(command, '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: /);
  });

  test('says what is wrong with its arguments, and with a folder that is no dataset', async () => {
    expect(await run(command)).toMatchObject({ code: 2, stderr: expect.stringContaining('Name one folder') });
    expect(await run(command, folder, '--threads', 'many')).toMatchObject({ code: 2 });
    expect(await run(command, folder, '--unknown')).toMatchObject({ code: 2 });
    const empty = join(folder, 'contracts');
    expect(await run(command, empty)).toMatchObject({ code: 1, stderr: expect.stringContaining('not a labelled') });
  });
});
