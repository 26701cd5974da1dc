import type { IncomingMessage, ServerResponse } from 'node:http';
import { StatusError } from '@contract-reviewer/platform/errors';
import type { FastifyInstance } from 'fastify';
import { problemHeaders, problemOf } from './problem.ts';
import { newRequestId } from './request-scope.ts';

/**
 * Refuses requests that expect what nobody knows, as a problem like any other; Node itself answers them with an empty
 * 417. See https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1.
 */
export function refuseExpectations(server: FastifyInstance): void {
  server.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const refusal = new StatusError(
      'INVALID_ARGUMENT',
      'Expect: 100-continue is the only expectation that is met here.',
      {
        reason: 'EXPECTATION_FAILED',
      },
    );
    const problem = problemOf(refusal, newRequestId(request));
    const body = JSON.stringify(problem);
    // What the client holds back is not waited for.
    response.writeHead(problem.status, {
      ...problemHeaders(refusal, problem),
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    });
    response.end(body);
  });
}
