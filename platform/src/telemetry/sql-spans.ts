import { SpanKind } from '@opentelemetry/api';
import { attributes, spans } from './names.ts';
import { isInSpan, runInSpan } from './spans.ts';
import { currentTracer } from './tracing.ts';

/** What a statement changes, which may be several tables. */
const changes = /\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?([a-z_]\w*\.[a-z_]\w*)/gi;
/** Of a statement that changes nothing. */
const operation = /^\s*(?:WITH\b[\s\S]*?\)\s*)?(SELECT|INSERT|UPDATE|DELETE|BEGIN|COMMIT|ROLLBACK|LOCK|NOTIFY)\b/i;
const target = /\b(?:FROM|INTO|UPDATE|JOIN|TABLE)\s+(?:ONLY\s+)?([a-z_][\w]*\.[a-z_]\w*)/i;

interface Summary {
  name: string;
  attributes: Record<string, string>;
}

interface Part {
  verb: string;
  table: string | undefined;
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
  const parts = partsOf(sql);
  const [{ verb, table }] = parts;
  const name = parts.map((part) => (part.table === undefined ? part.verb : `${part.verb} ${part.table}`)).join(' ');
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

/** Each change in the order of the text, as OpenTelemetry has summaries of queries; or else what is read. */
function partsOf(sql: string): [Part, ...Part[]] {
  const [first, ...others] = [...sql.matchAll(changes)].map(
    ([, verb = '', table]): Part => ({ verb: (verb.split(/\s/)[0] as string).toUpperCase(), table }),
  );
  if (first) return [first, ...others];
  return [{ verb: operation.exec(sql)?.[1]?.toUpperCase() ?? 'SQL', table: target.exec(sql)?.[1] }];
}
