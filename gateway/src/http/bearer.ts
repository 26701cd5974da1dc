import { unauthenticated } from '@contract-reviewer/platform/auth/principal';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Visible ASCII, and longer than any token of ours. See https://www.rfc-editor.org/rfc/rfc6750#section-2.1. */
const bearer = /^Bearer +([\x21-\x7e]{1,1024})$/i;

/** The request's token; undefined if it has none that could be one. */
export function tokenOf(request: FastifyRequest): string | undefined {
  return bearer.exec(request.headers.authorization ?? '')?.[1];
}

/** Refuses requests without a token before their body is read. Whether the token is good is found out with the call. */
export function requireBearer(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    done(tokenOf(request) === undefined ? unauthenticated() : undefined);
  });
}
