import { hash } from 'node:crypto';
import { StatusError } from '@contract-reviewer/platform/errors';
import { cacheTrailer } from '@contract-reviewer/platform/grpc/metadata-keys';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';

/** An answer that every read may give, for its `response`. */
export const notModified = { 304: Type.Null({ description: 'You have it already, as If-None-Match says.' }) };

/**
 * Gives every read an `ETag` and an `X-Cache`, and answers 304 to a client that has the same already.
 *
 * The tag is what the route set, else a digest of the body. What no cache served is a MISS. See https://www.rfc-editor.org/rfc/rfc9110#name-etag.
 */
export function tagReads(server: FastifyInstance): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || reply.statusCode !== 200 || !isWhole(payload)) return done(null, payload);
    if (!reply.hasHeader(cacheTrailer)) reply.header(cacheTrailer, 'MISS');
    if (!reply.hasHeader('etag')) reply.header('etag', `"${hash('sha256', payload, 'base64url')}"`);
    // A client may keep what it read, but has to ask whether it still holds.
    reply.header('cache-control', 'private, no-cache');
    if (!isKnownToClient(request, reply)) return done(null, payload);
    reply.code(304);
    done(null, null);
  });
}

/** A stream is tagged by its route, if at all. */
function isWhole(payload: unknown): payload is string | Buffer {
  return typeof payload === 'string' || Buffer.isBuffer(payload);
}

/** Whether `If-None-Match` names the reply's `ETag`, weakly compared as RFC 9110 demands. */
export function isKnownToClient(request: FastifyRequest, reply: FastifyReply): boolean {
  const known = request.headers['if-none-match'];
  if (known === undefined) return false;
  const tag = reply.getHeader('etag');
  return known.trim() === '*' || known.split(',').some((each) => each.trim().replace(/^W\//, '') === tag);
}

/** The tag of something that has a version. */
export function versionTag(version: number): string {
  return `"${version}"`;
}

/**
 * The version that `If-Match` asks for; undefined without the header or for `*`, which match whatever is there.
 *
 * @throws {StatusError} ABORTED for a tag that is not of ours, for such a version was never there; INVALID_ARGUMENT for
 *   a list of tags
 */
export function expectedVersion(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  if (ifMatch.includes(',')) {
    throw new StatusError('INVALID_ARGUMENT', 'If-Match takes one ETag here: that of the document as you read it.', {
      reason: 'INVALID_REQUEST',
      fieldViolations: [{ field: 'If-Match', description: 'must be one ETag' }],
    });
  }
  const version = /^"(\d{1,9})"$/.exec(ifMatch.trim())?.[1];
  if (version === undefined) {
    throw new StatusError('ABORTED', 'If-Match names no version of this document. Read it again for its ETag.', {
      reason: 'VERSION_MISMATCH',
    });
  }
  return Number(version);
}
