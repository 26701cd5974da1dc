import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import { createCoherentCache } from '@contract-reviewer/platform/cache/coherent-cache';
import { createLogger } from '@contract-reviewer/platform/log';
import { Database } from '@contract-reviewer/platform/pg/database';
import { Version1 } from '@contract-reviewer/platform/version1/version1';
import type { AnalysisId } from '../../../../services/analysis/src/domain/analysis.ts';
import { schema } from '../../../../services/analysis/src/schema.ts';
import { analysisCaches } from '../../../../services/analysis/src/storage/analysis-caches.ts';
import { CachedRunStore } from '../../../../services/analysis/src/storage/cached-run-store.ts';
import { PgAnalysisStore } from '../../../../services/analysis/src/storage/pg-analysis-store.ts';
import { PgRunStore } from '../../../../services/analysis/src/storage/pg-run-store.ts';
import type { Run, RunResult } from '../../../../services/analysis/src/storage/run-store.ts';
import { serveRaw } from '../../../bench/references/raw-method.ts';
import type { SaverSettings } from '../../../bench/saver.ts';

/** Serves until the parent goes, which is told the port. */
process.once('message', (settings: SaverSettings) => {
  void serveSaver(settings).then((port) => process.send?.(port));
});
process.once('disconnect', () => process.exit());

/**
 * Saves reviews with the stores of the analysis service, put together as the service does it: `SaveAnalysis` ends one of
 * the runs that are under way.
 */
async function serveSaver({ databaseUrl, redisUrl, analysisId, requestedBy }: SaverSettings): Promise<number> {
  const logger = createLogger({ service: 'saver', level: 'warn' });
  const database = new Database({ url: databaseUrl, applicationName: 'saver', schema, logger });
  const cache = createCoherentCache({ redisUrl, database, schema, logger });
  if (cache === undefined) throw new TypeError('there is no Redis to save to');
  const version1 = new Version1({ url: undefined, database, schema, logger, families: [] });
  const analyses = new PgAnalysisStore(database, version1.writes, {
    send: () => Promise.reject(new Error('nothing is asked for here')),
  });
  const runs = new CachedRunStore(new PgRunStore(database, version1.writes), analyses, analysisCaches(cache));
  await version1.start();
  cache.start();

  const result = await resultLike(analyses, analysisId as AnalysisId);
  let loading: Promise<Run[]> | undefined;
  const takeRun = async (): Promise<Run> => {
    loading ??= runsUnderWay(database, requestedBy);
    const underWay = await loading;
    const run = underWay.pop();
    if (underWay.length === 0) loading = undefined;
    if (run === undefined) throw new Error('there is no run left to be ended');
    return run;
  };

  return serveRaw({
    SaveAnalysis: async () => {
      const run = await takeRun();
      const { analysisId, documentId, requestedBy: userId } = run;
      const details = { status: 'completed', engine: run.engine, processing_time_ms: result.processingTimeMs };
      const audit: NewAuditEvent = {
        type: 'analysis_completed',
        service: 'analysis',
        userId,
        documentId,
        analysisId,
        details,
      };
      const isSaved = await runs.complete(run, { ...result, completedAt: new Date() }, audit);
      if (!isSaved) throw new Error(`the run of ${analysisId} had ended already`);
      return JSON.stringify({ analysis_id: analysisId });
    },
  });
}

async function resultLike(analyses: PgAnalysisStore, analysisId: AnalysisId): Promise<Omit<RunResult, 'completedAt'>> {
  const analysis = await analyses.get(analysisId);
  if (analysis?.review === undefined) throw new TypeError('the example was not reviewed');
  const { review, textSha256, processingTimeMs, engine, modelUsed, engineVersion, rulesetVersion, position } = analysis;
  if (engine === 'version1') throw new TypeError('the example is of version 1');
  const provenance = { engine, modelUsed, engineVersion, rulesetVersion, position };
  return { review, textSha256, processingTimeMs, provenance };
}

function runsUnderWay(database: Database, requestedBy: string): Promise<Run[]> {
  return database.query<Run & object>(
    `SELECT analysis_id AS "analysisId", document_id AS "documentId", requested_by AS "requestedBy", engine, position, attempt
       FROM analysis.analyses WHERE status = 'running' AND requested_by = $1`,
    [requestedBy],
  );
}
