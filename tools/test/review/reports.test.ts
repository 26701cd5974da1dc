import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../gateway/gateway-access.ts';
import { ProblemError } from '../../gateway/gateway-session.ts';
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
    const nowhere = new ReportWriter(gateway, join(directory.path, 'a.review.md'));
    await expect(nowhere.write('a.pdf', 'one', ['md'])).rejects.toThrow(UsageError);
  });
});
