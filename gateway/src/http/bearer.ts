import { unauthenticated } from '@contract-reviewer/platform/auth/principal';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Visible ASCII, and longer than any token of ours. See https://www.rfc-editor.org/rfc/rfc6750#section-2.1. */
const bearer = /^Bearer +([\x21-\x7e]{1,1024})$/i;

/** The request's credentials as the services want them; undefined if it has none that could be. */
export function authorizationOf(request: FastifyRequest): string | undefined {
  const token = bearer.exec(request.headers.authorization ?? '')?.[1];
  return token === undefined ? undefined : `Bearer ${token}`;
}

/** Refuses requests without a token before their body is read. Whether the token is good, the services decide. */
export function requireBearer(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    done(authorizationOf(request) === undefined ? unauthenticated() : undefined);
  });
}
