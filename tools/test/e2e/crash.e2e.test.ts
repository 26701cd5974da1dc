import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpClient } from './http-client.ts';
import { type ProcessName, type System, startSystem } from './system.ts';

const uploads = 50;
const victims: ProcessName[] = ['document', 'analysis', 'session', 'gateway'];
const contract = (number: number) =>
  `SERVICES AGREEMENT No. ${number}\n\nThis Agreement is made as of March ${1 + (number % 28)}, 2026 by and between Alder ` +
  `Works Ltd. and Birch Supplies Inc.\n\n1. Governing Law. This Agreement shall be governed by the laws of the State of ` +
  `New York.\n\n2. Term. This Agreement shall continue for three years.\n`;

let system: System;
const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

beforeAll(async () => {
  system = stack.use(await startSystem());
});

/** A user who tries on: what was not acknowledged may or may not have happened. */
async function persistently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

describe('kill -9 of each process in turn, while contracts are uploaded and reviewed', () => {
  it('loses no acknowledged upload and no accepted analysis, and does each exactly once', async () => {
    const client = await system.login();
    const accepted: { documentId: string; analysisId: string }[] = [];
    const uploading = (async () => {
      for (let number = 0; number < uploads; number += 5) {
        const batch = Array.from({ length: 5 }, async (_, index) => {
          const documentId = await persistently(() => client.upload('contract.txt', contract(number + index)));
          const analysis = await persistently(() => client.analyze(documentId, { wait: 0, force: true }));
          accepted.push({ documentId, analysisId: analysis.analysis_id });
        });
        await Promise.all(batch);
      }
    })();
    const killing = (async () => {
      for (const victim of victims) {
        await expect.poll(() => accepted.length, { timeout: 60_000 }).toBeGreaterThan(victims.indexOf(victim) * 10);
        process.kill(await system.pidOf(victim), 'SIGKILL');
      }
    })();
    await Promise.all([uploading, killing]);

    for (const { documentId, analysisId } of accepted) {
      await expect
        .poll(() => statusOf(client, analysisId), { timeout: 90_000, interval: 200, message: analysisId })
        .toBe('completed');
      const history = await persistently(() => client.json(`/api/documents/${documentId}/analyses`));
      const ids = (history.analyses as { analysis_id: string }[]).map(({ analysis_id }) => analysis_id);
      expect(ids).toContain(analysisId);
      expect(await persistently(() => completions(client, analysisId))).toBe(1);
    }
  }, 240_000);
});

function statusOf(client: HttpClient, analysisId: string): Promise<string> {
  return persistently(async () => (await client.json(`/api/analyses/${analysisId}`)).status);
}

/** Audit events are delivered in the background, so the first one is waited for. */
async function completions(client: HttpClient, analysisId: string): Promise<number> {
  const count = async () => {
    const log = await client.json(`/api/audit?analysis_id=${analysisId}&type=analysis_completed`);
    return log.total_count as number;
  };
  await expect.poll(count, { timeout: 15_000 }).toBeGreaterThan(0);
  return count();
}
