import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderReport } from '../src/report/render-report.ts';
import { ResultThreads } from '../src/result-threads/result-threads.ts';
import { hostileSubject } from './report/hostile-subject.ts';

const signal = new AbortController().signal;
const subject = hostileSubject('x');
const page = 'The Supplier shall deliver the goods in good order and on time.\n'.repeat(45);
const long = {
  format: 'docx' as const,
  subject,
  text: { text: page.repeat(300), pages: [], textSha256: '' },
};

let threads: ResultThreads;
beforeEach(() => {
  threads = new ResultThreads();
});
afterEach(() => threads[Symbol.asyncDispose]());

describe('reports and comparisons in threads', () => {
  it('are what they are without', async () => {
    const request = { format: 'md' as const, subject };
    expect(await threads.report(request, signal)).toEqual(renderReport(request));
    const diff = await threads.diff(subject.analysis, subject.analysis, signal);
    expect(diff).toMatchObject({ sameText: true, before: { createdAt: subject.analysis.createdAt } });
  });

  it('leave the main thread to others, also those of long contracts', async () => {
    let turns = 0;
    const interval = setInterval(() => turns++, 2);
    await threads.report(long, signal);
    clearInterval(interval);
    expect(turns).toBeGreaterThan(10);
  });

  it('are refused when too many are waiting, and the others are made', async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 40 }, () => threads.report({ format: 'json', subject }, signal)),
    );
    const refused = all.filter((each) => each.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(all.length - refused.length).toBeGreaterThanOrEqual(32);
    for (const { reason } of refused) expect(reason).toMatchObject({ kind: 'results_busy' });
  });

  it('end with the call that wants them, and the next is made', async () => {
    const caller = new AbortController();
    const report = threads.report(long, caller.signal);
    caller.abort(new Error('the caller left'));
    await expect(report).rejects.toThrow('the caller left');
    await expect(threads.report({ format: 'md', subject }, signal)).resolves.toBeDefined();
  });
});
