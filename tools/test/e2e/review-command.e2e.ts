import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import PDFDocument from 'pdfkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { repository, type System } from './system.ts';

const samples = join(repository, '../shared/samples');
/** All samples with `SAMPLES=all`; otherwise so many of each format. */
const samplesOfFormat = process.env.SAMPLES === 'all' ? Infinity : 2;
const ownSample = join(repository, 'tools/samples/master-services-agreement.pdf');

/** The shortest come first: how long contracts are reviewed is seen elsewhere. */
function chosenSamples(): string[] {
  const names = readdirSync(samples).filter((name) => /\.(pdf|docx|md)$/.test(name) && name !== 'README.md');
  const sizeOf = (name: string) => statSync(join(samples, name)).size;
  const byFormat = Map.groupBy(
    names.toSorted((a, b) => sizeOf(a) - sizeOf(b)),
    (name) => extname(name),
  );
  return [...byFormat.values()].flatMap((ofFormat) => ofFormat.slice(0, samplesOfFormat));
}

function pdfWithoutText(): Promise<Buffer> {
  const document = new PDFDocument();
  document.rect(50, 50, 400, 600).fill('gray');
  document.end();
  return buffer(document);
}

/** @param open the system, once it runs */
export function describeReviewCommand(open: () => System): void {
  let system: System;
  beforeAll(() => {
    system = open();
  });

  function review(
    args: string[],
    env = system.environment(),
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        ['tools/review/main.ts', ...args],
        { cwd: repository, env, maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  }

  describe('npm run review', () => {
    it('prints what a lawyer reads first, and shows progress', async () => {
      const { code, stdout, stderr } = await review([ownSample]);
      expect(code).toBe(0);
      for (const heading of ['Parties', 'Risks (', 'Clauses found (', 'Governing law', 'Ask for:', 'read 100 %']) {
        expect(stdout).toContain(heading);
      }
      expect(stderr).toContain('master-services-agreement.pdf');
    });

    it('writes the reports that are asked for', async () => {
      await using directory = await temporaryDirectory();
      const { code, stdout } = await review(['--report', 'md,html,docx,ics', '--out', directory.path, ownSample]);
      expect(code).toBe(0);
      const formats = ['docx', 'html', 'ics', 'md'];
      const written = readdirSync(directory.path).sort();
      expect(written).toEqual(formats.map((format) => `master-services-agreement.review.${format}`));
      for (const name of written) expect(stdout).toContain(join(directory.path, name));
    });

    it('exits with 1 when a file is refused, says why, and reviews the others', async () => {
      const { code, stdout } = await review([join(repository, 'package-lock.json.missing'), ownSample]);
      expect(code).toBe(1);
      expect(stdout).toContain('There is no such file.');
      expect(stdout).toContain('Risks (');
    });

    it('says of a file without text why there is no review, also when the review had begun, and goes on', async () => {
      await using directory = await temporaryDirectory();
      const blank = join(directory.path, 'scan.pdf');
      await writeFile(blank, await pdfWithoutText());
      const { code, stdout, stderr } = await review([blank, blank, ownSample]);
      expect(code).toBe(1);
      expect(stdout.match(/scan\.pdf: not reviewed\. [A-Z]/g), stderr).toHaveLength(2);
      expect(stdout).toContain('Risks (');
    });

    it('exits with 2 on wrong usage, and with 3 when nobody answers or the login is refused', async () => {
      expect((await review([])).code).toBe(2);
      const unwritable = await review(['--report', 'md', '--out', '/proc/reports', ownSample]);
      expect(unwritable).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--out') });
      expect(
        (await review([ownSample], { ...system.environment(), CONTRACT_REVIEWER_URL: 'http://127.0.0.1:9' })).code,
      ).toBe(3);
      expect(
        (await review([ownSample], { ...system.environment(), CONTRACT_REVIEWER_PASSWORD: 'wrong password' })).code,
      ).toBe(3);
    });

    it.skipIf(!existsSync(samples))('reviews sample contracts of every format, or says why not', async () => {
      const files = chosenSamples();
      expect(new Set(files.map((name) => extname(name)))).toEqual(new Set(['.pdf', '.docx', '.md']));
      const { stdout, stderr } = await review(['--json', ...files.map((name) => join(samples, name))]);
      const results = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { file: string; error?: string; analysis?: { status: string } });
      expect(results, stderr).toHaveLength(files.length);
      for (const { file, error, analysis } of results) {
        expect(error ?? analysis?.status, file).toMatch(/^(completed|[A-Z].{20,})$/);
      }
      expect(results.filter(({ analysis }) => analysis?.status === 'completed').length).toBeGreaterThan(
        files.length * 0.9,
      );
    });
  });
}
