import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it was sent by OTLP. */
export interface ReceivedSpan {
  service: string;
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  name: string;
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  attributes: Record<string, string>;
  links: { traceId: string; spanId: string }[];
}

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: string | number };
}

interface SentSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: Attribute[];
  links?: { traceId: string; spanId: string }[];
}

interface SentSpans {
  resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: SentSpan[] }[] }[];
}

const kinds = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

/** Takes spans in by OTLP over HTTP, as JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
export class OtlpReceiver implements AsyncDisposable {
  readonly spans: ReceivedSpan[] = [];
  /** All that came, as it came. */
  received = '';
  readonly #server = createServer(async (request, response) => {
    const body = await textOf(request);
    this.received += body;
    if (request.url === '/v1/traces') this.spans.push(...spansIn(JSON.parse(body) as SentSpans));
    response.writeHead(request.url === '/v1/traces' ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
  });

  /** @returns the endpoint to be set */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The only span of that name below another one; of several, the first. */
  childOf(parent: ReceivedSpan, name: string | RegExp): ReceivedSpan | undefined {
    return this.spans.find((span) => span.parentSpanId === parent.spanId && matches(span, name));
  }

  /** Those of that name below another one, however deep. */
  below(ancestor: ReceivedSpan, name: string | RegExp): ReceivedSpan[] {
    const children = this.spans.filter((span) => span.parentSpanId === ancestor.spanId);
    return children.flatMap((child) => [...(matches(child, name) ? [child] : []), ...this.below(child, name)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function matches({ name }: ReceivedSpan, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? name === wanted : wanted.test(name);
}

function spansIn({ resourceSpans }: SentSpans): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = valuesOf(resource.attributes)['service.name'] ?? '';
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId, name, kind, attributes, links = [] }) => ({
        service,
        traceId,
        spanId,
        parentSpanId: parentSpanId || undefined,
        name,
        kind: kinds[kind] ?? 'internal',
        attributes: valuesOf(attributes),
        links,
      })),
    );
  });
}

function valuesOf(attributes: readonly Attribute[]): Record<string, string> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, String(value.stringValue ?? value.intValue ?? '')]),
  );
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}
