import { invalidArgument, type StatusCode, StatusError, statusCodes } from '@contract-reviewer/platform/errors';
import { describe, expect, it } from 'vitest';
import { problemHeaders, problemOf } from '../src/http/problem.ts';
import { statusErrorOf } from '../src/http/request-errors.ts';

const withDetails = (code: StatusCode, reason = 'SOME_REASON') => new StatusError(code, 'Do this instead.', { reason });

describe('the HTTP status of a failure', () => {
  it('is as documented for every gRPC status', () => {
    const statuses = Object.keys(statusCodes).map((code) => [
      code,
      problemOf(withDetails(code as StatusCode), 'r').status,
    ]);
    expect(Object.fromEntries(statuses)).toEqual({
      CANCELLED: 499,
      UNKNOWN: 500,
      INVALID_ARGUMENT: 400,
      DEADLINE_EXCEEDED: 504,
      NOT_FOUND: 404,
      ALREADY_EXISTS: 409,
      PERMISSION_DENIED: 403,
      RESOURCE_EXHAUSTED: 429,
      FAILED_PRECONDITION: 409,
      ABORTED: 412,
      OUT_OF_RANGE: 400,
      UNIMPLEMENTED: 501,
      INTERNAL: 500,
      UNAVAILABLE: 503,
      DATA_LOSS: 500,
      UNAUTHENTICATED: 401,
    });
  });

  it.each([
    ['FILE_TOO_LARGE', 413],
    ['UNSUPPORTED_FILE_TYPE', 415],
    ['DANGEROUS_FILE', 422],
  ])('is finer for %s', (reason, status) => {
    expect(problemOf(withDetails('INVALID_ARGUMENT', reason), 'r').status).toBe(status);
  });
});

describe('a problem', () => {
  it('passes on what a service said, field by field', () => {
    const problem = problemOf(invalidArgument([{ field: 'email', description: 'must be an e-mail address' }]), 'r-1');
    expect(problem).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: 'email: must be an e-mail address',
      reason: 'INVALID_REQUEST',
      request_id: 'r-1',
      errors: [{ field: 'email', detail: 'must be an e-mail address' }],
    });
  });

  it('shows nothing of an error that nobody foresaw', () => {
    const problem = problemOf(statusErrorOf(new TypeError("Cannot read '/srv/secret.ts'")), 'r');
    expect(problem).toMatchObject({ status: 500, reason: 'INTERNAL' });
    expect(JSON.stringify(problem)).not.toMatch(/secret|TypeError/);
  });

  it('says when to come back, in whole seconds', () => {
    const retryAfter = (retryAfterMs?: number) => {
      const error = new StatusError('UNAVAILABLE', 'x', { reason: 'R', ...(retryAfterMs ? { retryAfterMs } : {}) });
      return problemHeaders(error, problemOf(error, 'r'))['retry-after'];
    };
    expect([retryAfter(), retryAfter(20), retryAfter(1001)]).toEqual(['1', '1', '2']);
  });

  it('says how to authenticate when that is what is missing', () => {
    const error = withDetails('UNAUTHENTICATED');
    expect(problemHeaders(error, problemOf(error, 'r'))['www-authenticate']).toMatch(/^Bearer/);
  });
});
