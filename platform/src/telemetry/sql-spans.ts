import { SpanKind } from '@opentelemetry/api';
import { attributes, spans } from './names.ts';
import { isInSpan, runInSpan } from './spans.ts';
import { currentTracer } from './tracing.ts';

const operation = /^\s*(?:WITH\b[\s\S]*?\)\s*)?(SELECT|INSERT|UPDATE|DELETE|BEGIN|COMMIT|ROLLBACK|LOCK|NOTIFY)\b/i;
const target = /\b(?:FROM|INTO|UPDATE|JOIN|TABLE)\s+(?:ONLY\s+)?([a-z_][\w]*\.[a-z_]\w*)/i;

interface Summary {
  name: string;
  attributes: Record<string, string>;
}

/** Statements are few, and written by us; what a library composes must not fill the memory. */
const maxSummaries = 2000;
const summaries = new Map<string, Summary>();

/** Runs a statement within its span, which names what is done to which table: no value, and no text of a statement. */
export function traceStatement<T>(sql: string, run: () => Promise<T>): Promise<T> {
  const tracer = currentTracer();
  if (!tracer || !isInSpan()) return run();
  const summary = summaryOf(sql);
  return runInSpan(tracer, summary.name, { kind: SpanKind.CLIENT, attributes: summary.attributes }, run);
}

/** Runs a transaction within a span of its own: also what is waited for once it is committed. */
export function traceTransaction<T>(schema: string, run: () => Promise<T>): Promise<T> {
  const tracer = currentTracer();
  if (!tracer || !isInSpan()) return run();
  const described = { [attributes.dbSystem]: 'postgresql', [attributes.dbNamespace]: schema };
  return runInSpan(tracer, spans.transaction.name, { kind: SpanKind.INTERNAL, attributes: described }, run);
}

function summaryOf(sql: string): Summary {
  const known = summaries.get(sql);
  if (known) return known;
  const verb = operation.exec(sql)?.[1]?.toUpperCase() ?? 'SQL';
  const table = target.exec(sql)?.[1];
  const name = table === undefined ? verb : `${verb} ${table}`;
  const summary = {
    name,
    attributes: {
      [attributes.dbSystem]: 'postgresql',
      [attributes.dbOperation]: verb,
      [attributes.dbQuerySummary]: name,
      ...(table !== undefined && { [attributes.dbCollection]: table }),
    },
  };
  if (summaries.size < maxSummaries) summaries.set(sql, summary);
  return summary;
}
