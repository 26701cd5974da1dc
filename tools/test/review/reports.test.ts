import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../gateway/gateway-access.ts';
import { ProblemError } from '../../gateway/gateway-session.ts';
import { prepareReportDirectory } from '../../review/report-directory.ts';
import { ReportWriter } from '../../review/reports.ts';
import { settingsFrom } from '../../review/settings.ts';

const gateway = {
  report: async (analysisId: string, format: string) => {
    if (format === 'ics') throw new ProblemError(409, 'No dates.');
    if (format === 'json') throw new ProblemError(503, 'Not now.');
    return Buffer.from(`${analysisId} as ${format}`);
  },
};

describe('--report', () => {
  it('takes a list of formats, each once', () => {
    const settings = settingsFrom(['--report', 'docx, ics,docx', '--out', 'reports', 'a.pdf'], {});
    expect(settings).toMatchObject({ reports: ['docx', 'ics'], out: 'reports' });
    expect(settingsFrom(['a.pdf'], {})).toMatchObject({ reports: [], out: '.' });
    expect(() => settingsFrom(['--report', 'pdf', 'a.pdf'], {})).toThrow(UsageError);
  });

  it('writes a file per format, named after what was reviewed; a second of the same name is numbered', async () => {
    await using directory = await temporaryDirectory();
    const out = join(directory.path, 'new', 'reports');
    await prepareReportDirectory(out);
    const writer = new ReportWriter(gateway, out);
    await writer.write('contracts/a.pdf', 'one', ['md', 'docx']);
    const written = await writer.write('others/a.docx', 'two', ['md']);
    expect((await readdir(out)).sort()).toEqual(['a-2.review.md', 'a.review.docx', 'a.review.md']);
    expect(written).toEqual([{ format: 'md', path: join(out, 'a-2.review.md') }]);
    expect(await readFile(join(out, 'a-2.review.md'), 'utf8')).toBe('two as md');
  });

  it('says why there is no such report, and goes on; other troubles are troubles', async () => {
    await using directory = await temporaryDirectory();
    const writer = new ReportWriter(gateway, directory.path);
    expect(await writer.write('a.pdf', 'one', ['ics', 'md'])).toMatchObject([
      { format: 'ics', refusal: 'No dates.' },
      { format: 'md' },
    ]);
    await expect(writer.write('a.pdf', 'one', ['json'])).rejects.toThrow('Not now.');
  });

  it('tells of a report that could not be kept, and goes on', async () => {
    await using directory = await temporaryDirectory();
    await mkdir(join(directory.path, 'a.review.md'));
    const written = await new ReportWriter(gateway, directory.path).write('a.pdf', 'one', ['md', 'docx']);
    expect(written).toMatchObject([{ error: expect.stringContaining('EISDIR') }, { format: 'docx' }]);
  });
});

describe('--out', () => {
  it('is made with what leads to it, and nothing is left in it', async () => {
    await using directory = await temporaryDirectory();
    const out = join(directory.path, 'new', 'reports');
    await prepareReportDirectory(out);
    await prepareReportDirectory(out);
    expect(await readdir(out)).toEqual([]);
  });

  it.each(['/proc/reports/new', '/proc/self/reports', '/dev/null/reports', '/dev/null'])(
    'is refused at once where nothing can be written: %s',
    { timeout: 2000 },
    async (out) => {
      await expect(prepareReportDirectory(out)).rejects.toThrow(UsageError);
    },
  );
});
