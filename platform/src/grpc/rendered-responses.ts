import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { RenderedJson } from '@contract-reviewer/proto/common/v1/rendered_json';
import type { Method, ServiceMethods } from './methods.ts';
import { bytesOf, delimitedSize, delimitedTag, varintSize, Writer } from './wire.ts';

/** Tags of `RenderedJson`. */
const tags = { body: delimitedTag(1), etag: delimitedTag(2) };

/**
 * The same methods, which write and read responses that are nothing but rendered JSON without the copies that the generated
 * code makes of it. What goes over the wire is the same.
 */
export function withRenderedResponses<S extends ServiceMethods>(methods: S): S {
  const rendered = Object.entries(methods).map(([name, method]) => [name, renderedMethod(method)]);
  return Object.fromEntries(rendered) as S;
}

type MaybeRendered = Record<string, unknown> & { json?: RenderedJson | undefined };

function renderedMethod(method: Method): Method {
  const empty = method.responseDeserialize(Buffer.alloc(0)) as MaybeRendered;
  if (!('json' in empty)) return method;
  const tag = method.responseSerialize({ ...empty, json: { body: Buffer.alloc(0), etag: '' } })[0] as number;
  const others = Object.keys(empty).filter((name) => name !== 'json');
  const isAlone = (response: MaybeRendered) => others.every((name) => isSame(response[name], empty[name]));
  return {
    ...method,
    responseSerialize: (response: MaybeRendered) =>
      response.json && isAlone(response) ? encode(response.json, tag) : method.responseSerialize(response),
    responseDeserialize: (message: Buffer): unknown => {
      const json = decode(message, tag);
      return json ? { ...empty, json } : method.responseDeserialize(message);
    },
  };
}

function isSame(value: unknown, empty: unknown): boolean {
  return value === empty || (Array.isArray(empty) && Array.isArray(value) && value.length === 0);
}

function encode({ body, etag }: RenderedJson, tag: number): Buffer {
  const etagBytes = Buffer.from(etag);
  const size =
    (body.length === 0 ? 0 : delimitedSize(body.length)) + (etag === '' ? 0 : delimitedSize(etagBytes.length));
  const writer = new Writer(1 + varintSize(size) + size);
  writer.varint(tag).varint(size);
  if (body.length > 0) writer.varint(tags.body).bytes(body);
  if (etag !== '') writer.varint(tags.etag).bytes(etagBytes);
  return writer.buffer;
}

/** @returns undefined of what `encode` would not write so, which is then read as usual */
function decode(message: Buffer, tag: number): RenderedJson | undefined {
  const reader = new BinaryReader(message);
  if (reader.len === 0 || reader.uint32() !== tag) return undefined;
  if (reader.uint32() !== reader.len - reader.pos || reader.pos === reader.len) return undefined;
  if (reader.uint32() !== tags.body) return undefined;
  const body = bytesOf(reader);
  if (reader.pos === reader.len || reader.uint32() !== tags.etag) return undefined;
  const etag = reader.string();
  return reader.pos === reader.len ? { body, etag } : undefined;
}
