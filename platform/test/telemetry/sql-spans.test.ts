import type { Tracer } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import { recordSpans } from '../../src/telemetry/span-export.ts';
import { runInSpan } from '../../src/telemetry/spans.ts';
import { traceStatement } from '../../src/telemetry/sql-spans.ts';
import { currentTracer } from '../../src/telemetry/tracing.ts';

it.each([
  ['SELECT title FROM shelf.books WHERE id = $1 FOR UPDATE', 'SELECT shelf.books'],
  ['WITH some AS (SELECT id FROM shelf.books) SELECT count(*) FROM some', 'SELECT shelf.books'],
  ['INSERT INTO shelf.books (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET id = $1', 'INSERT shelf.books'],
  ['DELETE FROM shelf.books WHERE id IN (SELECT id FROM shelf.lost)', 'DELETE shelf.books'],
  [
    `WITH lent AS (UPDATE shelf.books SET lent_at = now() WHERE id = $1 RETURNING id)
     INSERT INTO shelf.loans (id) SELECT id FROM lent`,
    'UPDATE shelf.books INSERT shelf.loans',
  ],
  ['COMMIT', 'COMMIT'],
  ['VACUUM', 'SQL'],
])('%s is called %s', async (sql, name) => {
  const exporter = new InMemorySpanExporter();
  await using _ = recordSpans('test', 1, new SimpleSpanProcessor({ exporter }));
  await runInSpan(currentTracer() as Tracer, 'outer', {}, () => traceStatement(sql, async () => undefined));
  const [span] = exporter.getFinishedSpans();
  expect(span?.name).toBe(name);
  expect(span?.attributes).toMatchObject({ 'db.query.summary': name, 'db.operation.name': name.split(' ')[0] });
});
