import type { Logger } from '@contract-reviewer/platform/log';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { whenOver } from './request-end.ts';

const quietPaths: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);
const clientClosedRequest = 499;

/** Whether it is asked all the time by machines, and of no interest as long as they get an answer. */
export function isAskedByMachines(request: FastifyRequest): boolean {
  return quietPaths.has(pathOf(request));
}

/** Fastify's own lines about a request give way to the one line of {@link logRequests}; its warnings stay. */
export class NoRequestLines extends LogController {
  override incomingRequest(): undefined {
    return undefined;
  }

  override requestCompleted(): undefined {
    return undefined;
  }
}

/** The status that a request ended with; 499 if the client went away before its answer was complete. */
export function finalStatus(reply: FastifyReply): number {
  return reply.raw.writableEnded ? reply.statusCode : clientClosedRequest;
}

/** One line per request, when it is over: what was asked, what came of it, how long it took. Never a body or a query. */
export function logRequests(server: FastifyInstance, logger: Logger): void {
  server.addHook('onRequest', (request, reply, done) => {
    const path = pathOf(request);
    whenOver(reply, () => {
      const line = {
        request_id: request.id,
        method: request.method,
        path,
        status: finalStatus(reply),
        duration_ms: Math.round(reply.elapsedTime * 10) / 10,
      };
      if (quietPaths.has(path)) logger.debug(line, 'request');
      else logger.info(line, 'request');
    });
    done();
  });
}

function pathOf({ url }: FastifyRequest): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
