import { StatusError } from '@contract-reviewer/platform/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const maxHeaderLines = 100;
const maxQueryLength = 4096;
const maxQueryParameters = 50;
/** Of several, Node takes the first and another server on the way may take the last. */
const onceOnly: ReadonlySet<string> = new Set(['host', 'authorization', 'content-type']);

/**
 * Refuses what Node's parser lets pass and this API has no use for: more headers and parameters than anyone needs, and
 * what a proxy before us may understand in another way, so that it would take one request for two.
 * See https://www.rfc-editor.org/rfc/rfc9112#section-11.2.
 */
export function limitRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    const refusal = ambiguityIn(request) ?? excessIn(request);
    // Nobody knows where the next request would begin.
    if (refusal) reply.header('connection', 'close');
    done(refusal);
  });
}

function ambiguityIn({ raw, headers }: FastifyRequest): StatusError | undefined {
  if (raw.httpVersion !== '1.1' && raw.httpVersion !== '1.0')
    return malformed('HTTP/1.1 is the version that is spoken.');
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && (raw.httpVersion === '1.0' || coding.toLowerCase() !== 'chunked')) {
    return malformed('"chunked" is the only Transfer-Encoding that is read, and that of HTTP/1.1.');
  }
  const repeated = repeatedIn(raw.rawHeaders);
  if (repeated !== undefined) return malformed(`The header "${repeated}" may be there once.`);
  if (raw.httpVersion === '1.1' && headers.host === undefined) return malformed('The header "host" is missing.');
  return undefined;
}

/** @param rawHeaders names and values in turn */
function repeatedIn(rawHeaders: readonly string[]): string | undefined {
  const seen: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    if (seen.includes(name)) return name;
    if (onceOnly.has(name)) seen.push(name);
  }
  return undefined;
}

function excessIn({ raw, url }: FastifyRequest): StatusError | undefined {
  if (raw.rawHeaders.length / 2 > maxHeaderLines) {
    return new StatusError('INVALID_ARGUMENT', `There are more than ${maxHeaderLines} headers.`, {
      reason: 'HEADERS_TOO_LARGE',
    });
  }
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  if (query.length > maxQueryLength || query.split('&', maxQueryParameters + 1).length > maxQueryParameters) {
    const limits = `${maxQueryLength} characters or ${maxQueryParameters} parameters`;
    return new StatusError('INVALID_ARGUMENT', `The query has more than ${limits}.`, { reason: 'URI_TOO_LONG' });
  }
  return undefined;
}

function malformed(message: string): StatusError {
  return new StatusError('INVALID_ARGUMENT', message, { reason: 'MALFORMED_REQUEST' });
}
