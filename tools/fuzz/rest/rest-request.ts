import type { Actor } from '../cast.ts';
import { type Belonging, type Noun, resolve } from '../placeholders.ts';
import type { RawRequest } from './raw-http.ts';

/** A request before its ids are known. */
export interface RestRequest {
  as: Actor;
  method: string;
  /** Path and query as they are sent, but for placeholders. */
  target: string;
  headers: readonly (readonly [name: string, value: string])[];
  body?: Body;
  /** What is said of the body's length: the truth unless told otherwise. */
  length?: 'chunked' | 'chunked, and a length' | number;
  hangUpAfter?: number;
  pieceBytes?: number;
  /** It is such that a connection which just ends is an answer. */
  mayGoUnanswered?: boolean;
}

export type Body = { mediaType: string | undefined } & ({ json: unknown } | { text: string } | { bytes: Uint8Array });

export interface Resolution {
  authorization: string | undefined;
  idFor(noun: Noun, whose: Belonging, index: number): string;
}

export function rawRequestOf(request: RestRequest, { authorization, idFor }: Resolution): RawRequest {
  const { method, length, body, hangUpAfter, pieceBytes } = request;
  const withIds = (text: string) => resolve(text, idFor);
  const bytes = body ? bytesOf(body, withIds) : Buffer.alloc(0);
  const isChunked = typeof length === 'string';
  const lines = [
    `${method} ${withIds(request.target)} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: close',
    ...(authorization && !request.headers.some(([name]) => /^authorization$/i.test(name))
      ? [`Authorization: ${authorization}`]
      : []),
    ...(body?.mediaType === undefined ? [] : [`Content-Type: ${body.mediaType}`]),
    ...request.headers.map(([name, value]) => `${name}: ${withIds(value)}`),
    ...(isChunked ? ['Transfer-Encoding: chunked'] : []),
    ...(length === 'chunked' || (!body && length === undefined)
      ? []
      : [`Content-Length: ${typeof length === 'number' ? length : bytes.length}`]),
  ];
  return {
    head: `${lines.join('\r\n')}\r\n\r\n`,
    body: isChunked
      ? Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n0\r\n\r\n')])
      : bytes,
    ...(hangUpAfter === undefined ? {} : { hangUpAfter }),
    ...(pieceBytes === undefined ? {} : { pieceBytes }),
  };
}

function bytesOf(body: Body, withIds: (text: string) => string): Uint8Array {
  if ('bytes' in body) return body.bytes;
  return Buffer.from(withIds('json' in body ? JSON.stringify(body.json) : body.text));
}
