import { threadEnvironment } from '@contract-reviewer/platform/background-thread';
import type { WorkerPool } from '@contract-reviewer/platform/telemetry/worker-metrics';
import { Piscina } from 'piscina';
import type { AnalysisDiff, ReviewedAnalysis } from '../domain/diff/analysis-diff.ts';
import { AnalysisRequestError } from '../domain/errors.ts';
import type { Report, ReportRequest } from '../report/render-report.ts';

const threads = 2;
const maxWaiting = 32;
/** What a thread may take for JavaScript objects. */
const memoryMb = 512;

/**
 * Makes reports and comparisons in worker threads, since those of long contracts take a large part of a second, in which a
 * busy main thread would answer nobody. The threads are started by the first that is wanted.
 *
 * Both methods throw {@link AnalysisRequestError} `results_busy` when too many are waiting, or the reason of the signal.
 */
export class ResultThreads {
  #pool: Piscina | undefined;

  /** @param signal ends the work, also when it is under way */
  async report(request: ReportRequest, signal: AbortSignal): Promise<Report> {
    const { content, ...report } = await this.#run<Report>('reportInThread', request, signal);
    return { ...report, content: Buffer.from(content.buffer, content.byteOffset, content.byteLength) };
  }

  /** @param signal ends the work, also when it is under way */
  diff(before: ReviewedAnalysis, after: ReviewedAnalysis, signal: AbortSignal): Promise<AnalysisDiff> {
    return this.#run<AnalysisDiff>('diffInThread', [before, after], signal);
  }

  /** The threads, and the reports and comparisons that wait for one. */
  get workers(): WorkerPool {
    const { threads: { length = 0 } = [], idleThreads = 0, queueSize = 0 } = this.#pool ?? {};
    return { busy: length - idleThreads, max: threads, waiting: queueSize };
  }

  async #run<Result>(name: string, task: unknown, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    this.#pool ??= startThreads();
    if (this.#pool.queueSize >= maxWaiting) {
      throw new AnalysisRequestError('results_busy', 'Too many reports and comparisons are waiting. Try again later.');
    }
    try {
      return (await this.#pool.run(task, { name, signal })) as Result;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool?.destroy();
  }
}

function startThreads(): Piscina {
  return new Piscina({
    filename: new URL('./result-worker.ts', import.meta.url).href,
    // A pool that shrinks leaves a waiting task behind when a thread is ended.
    minThreads: threads,
    maxThreads: threads,
    maxQueue: maxWaiting,
    atomics: 'disabled',
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    env: threadEnvironment(),
    execArgv: [],
  });
}
