import { withClient } from '@contract-reviewer/platform/embedded/with-client';
import { truth } from './checker.ts';
import type { Effect, History } from './history.ts';
import type { FaultySystem } from './system/faulty-system.ts';

/** Reads everything that the history knows from PostgreSQL itself, past all caches: this shows what was lost. */
export async function readTruth({ postgres }: FaultySystem, history: History): Promise<void> {
  const documents = await rowsOf(
    postgres.urls.document,
    `SELECT 'document:' || document_id AS object, version, metadata ->> 'value' AS value FROM document.documents`,
  );
  const sessions = await rowsOf(
    postgres.urls.session,
    `SELECT 'session:' || session_id AS object, 1 AS version, 'open' AS value FROM session.sessions`,
  );
  const analyses = await rowsOf(
    postgres.urls.analysis,
    `SELECT 'analysis:' || analysis_id AS object, (status NOT IN ('queued', 'running'))::int AS version,
            CASE WHEN status IN ('queued', 'running') THEN 'accepted' ELSE 'ended' END AS value
       FROM analysis.analyses`,
  );
  const found = new Map([...documents, ...sessions, ...analyses].map((row) => [row.object, row]));
  const known = new Set(history.operations.flatMap(({ effects }) => effects.map(({ object }) => object)));
  const effects = [...known]
    .filter((object) => /^(?:document|session|analysis):/.test(object))
    .map((object): Effect => {
      const row = found.get(object);
      return row
        ? { object, action: 'read', state: { version: row.version, ...(row.value !== null && { value: row.value }) } }
        : { object, action: 'read' };
    });
  const now = history.now();
  history.record({ kind: 'read all', via: truth, invokedAt: now, answeredAt: now, outcome: 'ok', effects });
}

interface Row {
  object: string;
  version: number;
  value: string | null;
}

function rowsOf(url: string, sql: string): Promise<Row[]> {
  return withClient(url, async (client) => (await client.query<Row>(sql)).rows);
}
