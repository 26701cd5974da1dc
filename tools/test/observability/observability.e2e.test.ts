import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@contract-reviewer/platform/embedded/free-port';
import { attributes, metrics, spans } from '@contract-reviewer/platform/telemetry/names';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { repositoryFile } from '../compose/compose-file.ts';
import type { HttpClient } from '../e2e/http-client.ts';
import { repository, type System, startSystem } from '../e2e/system.ts';
import { declaredMetrics, parseExposition, type Series } from './exposition.ts';
import { OtlpReceiver, type ReceivedSpan } from './otlp-receiver.ts';
import { groupingsIn, isSelected, selectorsIn } from './promql.ts';

const documentService = 'contractreviewer.document.v1.DocumentService';
const analysisService = 'contractreviewer.analysis.v1.AnalysisService';
const clientTraceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const clientTraceId = '0af7651916cd43dd8448eb211c80319c';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());
const receiver = stack.use(new OtlpReceiver());
let system: System;
let series: Series[];
let declared: Map<string, string>;
let documentId: string;

beforeAll(async () => {
  const ports = { document: await freePort(), analysis: await freePort(), session: await freePort() };
  system = stack.use(
    await startSystem({
      OTEL_EXPORTER_OTLP_ENDPOINT: await receiver.listen(),
      DOCUMENT_METRICS_PORT: String(ports.document),
      ANALYSIS_METRICS_PORT: String(ports.analysis),
      SESSION_METRICS_PORT: String(ports.session),
    }),
  );
  const client = await system.login();
  // Until its services trust it, they wait instead of removing entries from Redis.
  await vi.waitUntil(async () => (await cacheOf(client)).every(({ trusted }) => trusted), {
    timeout: 10_000,
    interval: 100,
  });
  const sample = await readFile(join(repository, 'tools/samples/master-services-agreement.docx'));
  documentId = await client.upload('agreement.docx', sample);
  const traced = { method: 'POST', headers: { traceparent: clientTraceparent, 'content-type': 'application/json' } };
  await client.json(`/api/analyze/${documentId}?wait=30`, { ...traced, body: '{}' });
  await client.json(`/api/documents/${documentId}/analysis`);
  await client.json(`/api/documents/${documentId}`);
  await client.request(`/api/documents/${randomUUID()}`);
  const urls = [...Object.values(ports).map((port) => `http://127.0.0.1:${port}`), system.baseUrl];
  const texts = await Promise.all(urls.map(async (url) => (await fetch(`${url}/metrics`)).text()));
  series = texts.flatMap(parseExposition);
  declared = new Map(texts.flatMap((text) => [...declaredMetrics(text)]));

  await vi.waitUntil(() => deliveryOf(clientTraceId), 10_000);
  // What is left is sent at the end.
  system.supervisor.kill('SIGTERM');
  await once(system.supervisor, 'exit');
});

async function cacheOf(client: HttpClient): Promise<{ trusted: boolean }[]> {
  return (await client.json('/api/admin/cache')).services;
}

function spanNamed(name: string, service: string): ReceivedSpan {
  const span = receiver.spans.find((each) => each.name === name && each.service === service);
  if (!span)
    throw new Error(`no span ${name} of ${service} among ${receiver.spans.map((each) => each.name).join(', ')}`);
  return span;
}

/** The delivery of audit events that were written in that trace. */
function deliveryOf(traceId: string): ReceivedSpan | undefined {
  return receiver.spans.find(
    ({ name, links }) => name === 'deliver audit' && links.some((link) => link.traceId === traceId),
  );
}

/** Walks down the tree. @throws an error that says at which hop it breaks off */
function walk(from: ReceivedSpan, ...hops: (string | RegExp)[]): ReceivedSpan {
  return hops.reduce((parent, hop) => {
    const child = receiver.childOf(parent, hop);
    const children = receiver.spans.filter((span) => span.parentSpanId === parent.spanId).map(({ name }) => name);
    if (!child) throw new Error(`below ${parent.name} is no ${hop}, but ${children.join(', ')}`);
    return child;
  }, from);
}

describe('one trace', () => {
  it('shows an upload from HTTP through gRPC to SQL, and the job that reads the text', () => {
    const request = spanNamed('POST /api/upload', 'gateway');
    const upload = `${documentService}/UploadDocument`;
    const serving = walk(request, upload, upload);
    expect(serving.service).toBe('document');
    const transaction = walk(serving, 'transaction');
    walk(transaction, 'INSERT document.documents');
    walk(transaction, 'COMMIT');

    const job = walk(transaction, 'send extraction', 'process extraction');
    expect(job.links).toMatchObject([{ traceId: request.traceId, spanId: job.parentSpanId }]);
    walk(job, 'transaction', /^UPDATE document\.documents$/);
    expect(new Set([serving, transaction, job].map(({ traceId }) => traceId))).toEqual(new Set([request.traceId]));
  });

  it('shows a review from HTTP through both services to SQL and Redis, and the job that does it', () => {
    const request = spanNamed('POST /api/analyze/:document_id', 'gateway');
    const analyze = `${analysisService}/AnalyzeDocument`;
    const serving = walk(request, analyze, analyze);
    expect(serving.service).toBe('analysis');
    const access = `${documentService}/CheckDocumentAccess`;
    const check = walk(serving, access, access);
    expect(check.service).toBe('document');
    expect(receiver.below(check, /^(GETEX|SELECT document\.documents)$/)).not.toHaveLength(0);

    const transaction = walk(serving, 'transaction');
    const job = walk(transaction, 'send analyses', 'process analyses');
    expect(job.links).toHaveLength(1);
    expect(receiver.below(job, /^UPDATE analysis\.analyses /)).not.toHaveLength(0);
    expect(receiver.below(job, /^DEL$/)).not.toHaveLength(0);
    expect(receiver.below(job, `${documentService}/GetDocumentText`).map(({ service }) => service)).toContain(
      'document',
    );
  });

  it('is the one that the client began', () => {
    const request = spanNamed('POST /api/analyze/:document_id', 'gateway');
    expect(request).toMatchObject({ traceId: clientTraceId, parentSpanId: 'b7ad6b7169203331' });
    expect(spanNamed('process analyses', 'analysis').traceId).toBe(clientTraceId);
  });

  it('is linked from the delivery of the audit events that it wrote', () => {
    const delivery = deliveryOf(clientTraceId);
    expect(delivery && receiver.below(delivery, /SessionService\/Record/)).not.toHaveLength(0);
  });

  it('is named in the logs', async () => {
    const log = await readFile(join(system.dataDirectory, 'log/gateway.log'), 'utf8');
    expect(log).toMatch(new RegExp(`"trace_id":"${clientTraceId}".*"path":"/api/analyze/`));
  });

  it('begins only with a request, a call, a job or a delivery', () => {
    const roots = receiver.spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    expect(roots.length).toBeGreaterThan(0);
    expect(roots.filter(({ kind }) => kind !== 'server' && kind !== 'consumer')).toEqual([]);
    expect(roots.filter(({ name }) => name.includes('Health'))).toEqual([]);
  });

  it('has nothing in it of documents, tokens or addresses', () => {
    const { email, password } = system.admin;
    for (const secret of [email, password, 'Quillstone', 'agreement.docx', 'Bearer', documentId]) {
      expect(receiver.received).not.toContain(secret);
    }
  });
});

describe('the registry of names', () => {
  it('is what docs/observability.md says', async () => {
    const documented = await readFile(join(repository, 'docs/observability.md'), 'utf8');
    const rows = [...documented.matchAll(/^\| `([^`]+)` \| (\w+) \| (.*) \| .* \|$/gm)].map((row) => row.slice(1, 4));
    const listed = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
    const spanRows = Object.values(spans).map((span) => [
      span.name,
      span.kind,
      listed(span.attributes.map((key) => attributes[key])),
    ]);
    const metricRows = Object.values(metrics).map(({ name, type, labels }) => [name, type, listed(labels)]);
    expect(rows).toEqual([...spanRows, ...metricRows]);
  });

  it('has every span and attribute that is emitted', () => {
    const definitions = Object.values(spans);
    for (const { name, kind, attributes: emitted } of receiver.spans) {
      const fitting = definitions.filter(
        (definition) => definition.kind === kind && nameFor(definition.name, emitted) === name,
      );
      const known = fitting.flatMap((definition) => definition.attributes.map((key) => attributes[key]));
      expect(known, `${kind} ${name}`).toEqual(expect.arrayContaining(Object.keys(emitted)));
    }
  });

  it('has only spans that are emitted', () => {
    for (const { name, kind } of Object.values(spans)) {
      const emitted = receiver.spans.filter(
        (span) => span.kind === kind && nameFor(name, span.attributes) === span.name,
      );
      expect(emitted.length, `${kind} ${name}`).toBeGreaterThan(0);
    }
  });

  it('has every metric that is told, and only those', () => {
    const ofNode = /^(process|nodejs)_/;
    const told = new Map([...declared].filter(([name]) => !ofNode.test(name)));
    expect(told).toEqual(new Map(Object.values(metrics).map(({ name, type }) => [name, type])));
  });

  it('has the labels of every metric that is told, and each has a value', () => {
    for (const { name, type, labels } of Object.values(metrics)) {
      const found = series.find((each) => each.name === (type === 'histogram' ? `${name}_count` : name));
      expect(found && Object.keys(found.labels).toSorted(), name).toEqual([...labels].toSorted());
    }
  });
});

describe('the dashboard and the alerts', () => {
  const queries = [...dashboardQueries(), ...alertQueries()];

  it.each(queries)('%s asks for what there is: %s', (_, query) => {
    const selectors = selectorsIn(query).filter(({ metric }) => metric !== 'up');
    expect(selectors.length + Number(query.includes('up =='))).toBeGreaterThan(0);
    for (const { metric, matchers } of selectors) {
      const found = series.filter(({ name }) => name === metric);
      expect(found.length, metric).toBeGreaterThan(0);
      for (const { label } of matchers)
        expect(
          found.map(({ labels }) => labels[label]),
          label,
        ).not.toContain(undefined);
      const always = matchers.filter(({ label, value }) => !isTrouble(label, value));
      expect(found.filter(({ labels }) => isSelected(labels, always)).length, query).toBeGreaterThan(0);
    }
    const known = new Set(
      series.filter(({ name }) => query.includes(name)).flatMap(({ labels }) => Object.keys(labels)),
    );
    // Prometheus itself says which process it has asked.
    for (const label of groupingsIn(query)) expect([...known, 'job']).toContain(label);
  });

  it('ask for every metric of the registry', () => {
    const asked = new Set(queries.flatMap(([, query]) => selectorsIn(query).map(({ metric }) => metric)));
    const all = Object.values(metrics).filter(({ name }) => ![...asked].some((each) => each.startsWith(name)));
    expect(all).toEqual([]);
  });

  it('have a paragraph of the runbook for each alert', () => {
    const headings = [...repositoryFile('docs/runbook.md').matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
    expect(headings).toEqual(alerts().map(({ alert }) => alert));
    for (const { alert, annotations } of alerts()) {
      expect(annotations.runbook_url).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
    }
  });
});

/** What a system that is well has nothing of. */
function isTrouble(label: string, value: string): boolean {
  return value === '5..' || value === 'failed' || label === 'reason';
}

function dashboardQueries(): [string, string][] {
  const text = repositoryFile('deploy/observability/grafana/dashboards/contract-reviewer.json');
  const { panels } = JSON.parse(text) as { panels: { title: string; targets?: { expr: string }[] }[] };
  return panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as [string, string]));
}

function alertQueries(): [string, string][] {
  return alerts().map(({ alert, expr }) => [alert, expr]);
}

function alerts(): { alert: string; expr: string; annotations: { runbook_url: string } }[] {
  return parse(repositoryFile('deploy/observability/alerts.yml')).groups[0].rules;
}

/** The name of a span with these attributes. */
function nameFor(pattern: string, emitted: Record<string, string>): string {
  return pattern.replaceAll(/\{([^}]+)\}/g, (_, key: string) => emitted[key] ?? '');
}
