import { statusCodes } from '@contract-reviewer/platform/errors';
import { describe, expect, it } from 'vitest';
import { methodsOf, readDescriptors } from '../../fuzz/grpc/descriptors.ts';
import type { GrpcRequest } from '../../fuzz/grpc/grpc-request.ts';
import { judgeOutcome } from '../../fuzz/grpc/judge.ts';
import type { RawOutcome } from '../../fuzz/grpc/raw-call.ts';
import { leakIn, markers } from '../../fuzz/leaks.ts';
import { patiently } from '../../fuzz/patience.ts';
import { judgeAnswer } from '../../fuzz/rest/judge.ts';
import type { RawAnswer } from '../../fuzz/rest/raw-http.ts';
import { type Route, routesOf } from '../../fuzz/rest/routes.ts';
import { ForbiddenOutcome } from '../../fuzz/target.ts';

describe('an answer over HTTP', () => {
  const [route] = routesOf({
    paths: {
      '/things/{id}': {
        get: {
          responses: {
            200: { content: { 'application/json': { schema: { type: 'object', required: ['id'] } as object } } },
            404: {
              content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
            },
          },
        },
      },
    },
    components: { schemas: { Problem: { type: 'object', required: ['reason'] } } },
  }) as [Route];

  const judge = (changes: Omit<Partial<RawAnswer>, 'body'> & { type?: string; body?: string }, reachesRoute = true) => {
    const { type = 'application/json', body = '{"id":1}', ...rest } = changes;
    const headers = new Map([
      ['content-type', type],
      ['x-content-type-options', 'nosniff'],
    ]);
    const answer: RawAnswer = {
      status: 200,
      headers,
      isOpenEnded: false,
      ...rest,
      body: Buffer.from(body),
    };
    judgeAnswer(route, answer, { problem: (value) => 'reason' in (value as object), sent: 'said so', reachesRoute });
  };
  const problem = { type: 'application/problem+json', body: '{"reason":"NO"}' };

  it('passes when it is as declared', () => {
    judge({});
    judge({ status: 404, ...problem });
    judge({ status: 400, ...problem }, false);
  });

  it.each([
    ['is an error of ours', { status: 500, ...problem }],
    ['has a status that is not declared', { status: 409, ...problem }],
    ['is not as the schema says', { body: '{}' }],
    ['is not JSON', { body: '{' }],
    ['is of another type', { type: 'text/html' }],
    ['is a failure and no problem', { status: 404, body: '{"reason":"NO"}' }],
    ['is a problem without what problems have', { status: 404, type: 'application/problem+json', body: '{}' }],
    ['shows a stack', { body: '{"id":"Error\\n    at f (/srv/app/x.ts:1:2)"}' }],
    ["shows what is the other user's", { body: `{"id":"${markers.text}"}` }],
  ])('is forbidden when it %s', (_what, changes) => {
    expect(() => judge(changes)).toThrow(ForbiddenOutcome);
  });
});

describe('the outcome of a call', () => {
  const method = methodsOf(readDescriptors()).find(({ name }) => name === 'GetDocument');
  if (!method) throw new Error('there is no GetDocument');
  const plain: GrpcRequest = { as: 'user', messages: [[]] };
  const judge = (changes: Partial<RawOutcome>, request: Partial<GrpcRequest> = {}) => {
    const outcome: RawOutcome = {
      httpStatus: 200,
      grpcStatus: 0,
      told: '',
      fault: '',
      messages: [],
      isCutOff: false,
      isOpenEnded: false,
    };
    return judgeOutcome(method, { ...plain, ...request }, { ...outcome, ...changes }, 'said so');
  };

  it('passes when it is a proper status', () => {
    expect(judge({})).toBe('OK');
    expect(judge({ grpcStatus: statusCodes.NOT_FOUND })).toBe('NOT_FOUND');
    expect(judge({ grpcStatus: statusCodes.DEADLINE_EXCEEDED }, { headers: { 'grpc-timeout': '1n' } })).toMatch(
      /DEADLINE/,
    );
    expect(judge({ grpcStatus: undefined, httpStatus: 415 }, { mayGoUnanswered: true })).toBe('HTTP 415');
  });

  it.each([
    ['is INTERNAL', { grpcStatus: statusCodes.INTERNAL }],
    ['is UNKNOWN', { grpcStatus: statusCodes.UNKNOWN }],
    ['is CANCELLED by nobody', { grpcStatus: statusCodes.CANCELLED }],
    ['is out of time without a deadline', { grpcStatus: statusCodes.DEADLINE_EXCEEDED }],
    ['is UNIMPLEMENTED', { grpcStatus: statusCodes.UNIMPLEMENTED }],
    ['is missing', { grpcStatus: undefined }],
    ['comes with a message that does not parse', { messages: [Buffer.from([0x0a, 0x7f])] }],
    ['comes with half a message', { isCutOff: true }],
    ['tells an error of PostgreSQL', { told: 'grpc-message: relation "x" does not exist' }],
  ])('is forbidden when it %s', (_what, changes) => {
    expect(() => judge(changes)).toThrow(ForbiddenOutcome);
  });
});

it('what a request says itself is no leak, but what is of the other user is one in any case', () => {
  expect(leakIn('TypeError is no name', 'the name TypeError')).toBeUndefined();
  expect(leakIn('TypeError: x', 'a name')).toMatch('a name of the program');
  expect(leakIn(markers.filename, markers.filename)).toMatch("the other user's filename");
});

it('what is put off is tried again, and forbidden when it is put off for good', async () => {
  let tries = 0;
  const second = async () => {
    tries += 1;
    return tries === 2 ? '200' : undefined;
  };
  expect(await patiently(second)).toBe('200 later');
  await expect(patiently(async () => undefined)).rejects.toThrow(ForbiddenOutcome);
}, 20_000);
