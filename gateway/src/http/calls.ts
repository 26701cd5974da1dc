import { isIP } from 'node:net';
import { unauthenticated } from '@contract-reviewer/platform/auth/principal';
import { cacheTrailer } from '@contract-reviewer/platform/grpc/metadata-keys';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallerSettings } from '../calls-on-behalf.ts';
import { tokenOf } from './bearer.ts';

/**
 * How a request goes on to a service: for its caller. The client ends the call when the caller is gone.
 *
 * @throws {StatusError} UNAUTHENTICATED if it has no token
 */
export function asCaller(request: FastifyRequest): CallerSettings {
  const token = tokenOf(request);
  if (token === undefined) throw unauthenticated();
  return { token, ...from(request) };
}

/** How the request of somebody who is not known yet goes on: in the gateway's own name. */
export function asStranger(request: FastifyRequest): CallerSettings {
  return from(request);
}

function from(request: FastifyRequest): CallerSettings {
  return { clientAddress: addressOf(request) };
}

/** Where a request comes from. A proxy can hand on anything as an address; then it is the proxy's that counts. */
export function addressOf({ ip, socket }: FastifyRequest): string | undefined {
  return isIP(ip) === 0 ? socket.remoteAddress : ip;
}

/** The same for a read that a cache may serve; then the answer says so in `X-Cache`. */
export function asReader(request: FastifyRequest, reply: FastifyReply): CallerSettings {
  return { ...asCaller(request), onCache: (outcome) => reply.header(cacheTrailer, outcome) };
}

/** The same for a file, which may take the client any time to read: it is cut off when the service ends it. */
export function asDownloader(request: FastifyRequest, reply: FastifyReply): CallerSettings {
  const cutOff = () => {
    if (reply.raw.headersSent && !reply.raw.writableEnded) reply.raw.destroy();
  };
  return { ...asCaller(request), onRefused: cutOff };
}

/** How long a call may take that itself waits for something for so many seconds. */
export function patienceFor(waitSeconds: number): number {
  return waitSeconds * 1000 + 10_000;
}
