import { gzipSync } from 'node:zlib';
import type { Actor } from '../cast.ts';
import type { Belonging, Noun } from '../placeholders.ts';
import { resolve } from '../placeholders.ts';
import type { RawCall } from './raw-call.ts';
import { encode, type WireMessage } from './wire-message.ts';

/** A call before its ids are known. */
export interface GrpcRequest {
  as: Actor;
  messages: readonly WireMessage[];
  /** Instead of the messages: bytes as they are, frames included. */
  body?: Uint8Array;
  /** Instead of the first message's encoding: its bytes. */
  payload?: Uint8Array;
  /** What the frames say and are. */
  compression?: 'gzip' | 'gzip without saying' | 'said without being';
  headers?: Readonly<Record<string, string>>;
  /** Sends so many bytes at once. */
  pieceBytes?: number;
  /** Resets the stream after so long. */
  cancelAfterMs?: number;
  /** It is such that a reset stream or a closed connection is an answer. */
  mayGoUnanswered?: boolean;
}

export interface Resolution {
  authorization: string | undefined;
  idFor(noun: Noun, whose: Belonging, index: number): string;
}

export function rawCallOf(path: string, request: GrpcRequest, { authorization, idFor }: Resolution): RawCall {
  const { messages, payload, body, compression, headers = {}, pieceBytes, cancelAfterMs } = request;
  const withIds = (text: string) => resolve(text, idFor);
  const payloads = payload ? [payload] : messages.map((message) => encode(message, withIds));
  return {
    headers: {
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(authorization !== undefined && { authorization }),
      ...(compression !== undefined && compression !== 'gzip without saying' && { 'grpc-encoding': 'gzip' }),
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, withIds(value)])),
    },
    body: body ? Buffer.from(body) : Buffer.concat(payloads.map((each) => frame(each, compression))),
    ...(pieceBytes === undefined ? {} : { pieceBytes }),
    ...(cancelAfterMs === undefined ? {} : { cancelAfterMs }),
  };
}

/** See https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md. */
export function frame(payload: Uint8Array, compression?: GrpcRequest['compression']): Buffer {
  const isCompressed = compression === 'gzip' || compression === 'gzip without saying';
  const bytes = isCompressed ? gzipSync(payload) : payload;
  const head = Buffer.alloc(5);
  head.writeUInt8(compression === undefined ? 0 : 1, 0);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}
