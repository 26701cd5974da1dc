import type { Admission } from '@contract-reviewer/platform/admission/admission';
import { reading, type Work } from '@contract-reviewer/platform/admission/work';
import type { StatusError } from '@contract-reviewer/platform/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KnownCallers } from '../known-callers.ts';
import { tokenOf } from './bearer.ts';
import { addressOf } from './calls.ts';
import { discardBody } from './discarded-body.ts';
import { problemHeaders, problemOf } from './problem.ts';
import { whenOver } from './request-end.ts';
import { alwaysLetIn, workOfRoute } from './request-work.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a request is to those who let it in. */
    work?: Work | typeof alwaysLetIn;
  }
}

/**
 * Lets requests in, or refuses them before anything else is done about them: without a line in the log, a span, or a look at
 * the body. What is refused is answered past Fastify, because whoever has too much to do must not do it for that.
 * Call it before there are hooks and routes.
 */
export function admitRequests(server: FastifyInstance, admission: Admission, callers: KnownCallers): void {
  server.addHook('onRoute', (route) => {
    // What a method of the route makes no difference to is refused anyway.
    const [method = 'GET'] = [route.method].flat();
    route.config = { ...route.config, work: workOfRoute(method, route.url) };
  });

  server.addHook('onRequest', (request, reply, done) => {
    const { work = reading } = request.routeOptions.config;
    if (work === alwaysLetIn) return done();
    const user = callers.userOf(tokenOf(request));
    // Undefined once the client is gone.
    const address = addressOf(request) ?? '';
    const limited = admission.chargeAddress(work, address) ?? (user && admission.chargeUser(work, user));
    if (limited) return refuse(request, reply, limited);

    const place = admission.enter(work, user ?? address, (refusal) => {
      if (refusal) refuse(request, reply, refusal);
      else done();
    });
    // Also of an answer that is never finished.
    if (reply.raw.closed) place.leave();
    else whenOver(reply, () => place.leave());
  });
}

function refuse(request: FastifyRequest, reply: FastifyReply, refusal: StatusError): void {
  reply.hijack();
  const problem = problemOf(refusal, request.id);
  const body = JSON.stringify(problem);
  if (request.raw.headers['content-length'] !== undefined || request.raw.headers['transfer-encoding'] !== undefined) {
    discardBody(request.raw);
  }
  // What is said is ASCII, which is written faster as such.
  reply.raw.writeHead(problem.status, { ...problemHeaders(refusal, problem), 'content-length': body.length });
  reply.raw.end(body, 'latin1');
}
