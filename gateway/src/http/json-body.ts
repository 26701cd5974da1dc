import { StatusError } from '@contract-reviewer/platform/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Deeper than anyone describes a contract, and far from what makes recursive code run out of stack. */
const maxDepth = 64;

/** Takes JSON bodies and no others. No body at all is fine where nothing is required of it. */
export function parseJsonBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string) => (body.trim() === '' ? undefined : parseJson(body, 'The body')),
  );
}

/**
 * @param what what the text is, to begin a sentence with
 * @throws {StatusError} INVALID_ARGUMENT unless it is JSON that can be passed on safely
 */
export function parseJson(text: string, what: string): unknown {
  return refuseUnsafeJson(parsed(text, what), what);
}

/**
 * Refuses nesting that would run recursive code out of stack, and keys that would change an object's prototype.
 *
 * @returns the value
 * @throws {StatusError} INVALID_ARGUMENT
 */
export function refuseUnsafeJson(value: unknown, what: string): unknown {
  visit(value, maxDepth, what);
  return value;
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal('MALFORMED_JSON', `${what} is not well-formed JSON.`);
  }
}

function visit(value: unknown, levelsLeft: number, what: string): void {
  if (typeof value !== 'object' || value === null) return;
  if (levelsLeft === 0) throw refusal('JSON_TOO_DEEP', `${what} is nested more than ${maxDepth} levels deep.`);
  if (Object.hasOwn(value, '__proto__')) throw refusal('MALFORMED_JSON', `${what} has a key "__proto__".`);
  for (const item of Object.values(value)) visit(item, levelsLeft - 1, what);
}

function refusal(reason: string, message: string): StatusError {
  return new StatusError('INVALID_ARGUMENT', message, { reason });
}
