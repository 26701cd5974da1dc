import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createClient } from '@contract-reviewer/platform/grpc/client';
import { AnalysisServiceService } from '@contract-reviewer/proto/analysis/v1/analysis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './analysis-stack.ts';
import { analyze, openServiceHarness, type ServiceHarness } from './service-harness.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let harness: ServiceHarness;
beforeAll(async () => {
  harness = stack.use(await openServiceHarness());
});

/** The service in a process of its own, which can be killed. */
async function startWorkerProcess(): Promise<{ process: ChildProcess; port: number }> {
  const module = fileURLToPath(new URL('worker-process.ts', import.meta.url));
  const env = { ...harness.environment, LOG_LEVEL: 'info', SHUTDOWN_ON_STDIN_CLOSE: '1' };
  const worker = spawn(process.execPath, [module], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  stack.defer(() => void worker.kill('SIGKILL'));
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: worker.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as { msg?: string; port?: number };
      if (entry.msg === 'serving' && entry.port !== undefined) resolve(entry.port);
    });
    worker.once('exit', () => reject(new Error('the worker process ended before it served')));
  });
  return { process: worker, port };
}

describe('a worker that is killed in the middle of its work', () => {
  it('has its analysis done by another within a quarter of a minute, once', async () => {
    const { neighbours } = harness;
    const user = neighbours.addUser();
    const documentId = neighbours.addDocument({ ownerId: user.userId, text: 'Agreement !work 1500' });
    const worker = await startWorkerProcess();
    using client = createClient(AnalysisServiceService, { address: `127.0.0.1:${worker.port}` });
    const { analysis } = await analyze(client, user, documentId, { waitSeconds: 0.7 });
    expect(analysis.status).toBe('running');
    worker.process.kill('SIGKILL');
    await once(worker.process, 'exit');
    const killedAt = performance.now();

    await using replica = await harness.startReplica();
    const watched = await Array.fromAsync(
      replica.client.watchAnalysis({ analysisId: analysis.analysisId, afterSequence: 0 }, user),
    );
    expect(watched.at(-1)?.status).toBe('completed');
    expect(performance.now() - killedAt).toBeLessThan(30_000);
    expect(watched.map(({ sequence }) => sequence)).toEqual(watched.map((_, index) => index + 1));
    expect(watched.filter(({ stage }) => stage === 'reading')).toHaveLength(2);
    const types = await eventually(async () => {
      const events = neighbours.auditEvents(analysis.analysisId);
      return events.length >= 2 && events.map(({ type }) => type);
    });
    expect(types).toEqual(['analysis_requested', 'analysis_completed']);
  }, 60_000);
});
