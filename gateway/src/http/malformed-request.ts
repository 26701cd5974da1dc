import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { StatusError } from '@contract-reviewer/platform/errors';
import { requestIdFrom } from '@contract-reviewer/platform/request-context';
import { problemHeaders, problemOf } from './problem.ts';

/**
 * Answers what Node's parser could not make a request of, as a problem like any other, and closes the connection.
 * See https://nodejs.org/api/http.html#event-clienterror.
 */
export function answerMalformedRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const refusal = refusalOf(error.code);
  const problem = problemOf(refusal, requestIdFrom(undefined));
  const body = JSON.stringify(problem);
  const headers = {
    ...problemHeaders(refusal, problem),
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${head.join('')}\r\n${body}`);
}

function refusalOf(code: string | undefined): StatusError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new StatusError('INVALID_ARGUMENT', 'The headers are larger than 16 KiB.', {
        reason: 'HEADERS_TOO_LARGE',
      });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new StatusError('DEADLINE_EXCEEDED', 'The request did not arrive in time.', { reason: 'REQUEST_TIMEOUT' });
    default:
      return new StatusError('INVALID_ARGUMENT', 'This is not well-formed HTTP.', { reason: 'MALFORMED_REQUEST' });
  }
}
