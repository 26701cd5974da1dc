import { beforeEach, describe, expect, it } from 'vitest';
import { AssertionExchange } from '../../src/auth/assertion-exchange.ts';
import { unauthenticated } from '../../src/auth/principal.ts';
import type { AssertedSession } from '../../src/auth/session-authority.ts';
import { runInRequest } from '../../src/request-context.ts';
import { VirtualClock } from './virtual-clock.ts';

const clock = new VirtualClock();
let asked: string[];
let answer: (sessionId: string) => Promise<AssertedSession>;
let exchange: AssertionExchange;

const asserted = (sessionId: string): AssertedSession => ({
  user: { kind: 'user', userId: 'u', role: 'user', sessionId, permissions: new Set() },
  validForMs: 800,
  assertion: `assertion ${asked.length}`,
  assertionExpiresInMs: 60_000,
});

beforeEach(() => {
  asked = [];
  answer = async (sessionId) => asserted(sessionId);
  const authority = {
    authenticate: (token: string, audience: string) => {
      asked.push(`${token} for ${audience}`);
      return answer(token);
    },
    renew: (assertion: string, sessionId: string) => {
      asked.push(`renew ${assertion}`);
      return answer(sessionId);
    },
  };
  exchange = new AssertionExchange(authority, { clock, maxRemembered: 1000 });
});

describe('a token', () => {
  it('is exchanged once for each service until shortly before the assertion expires', async () => {
    await exchange.assertionFor('t', 'document');
    await exchange.assertionFor('t', 'analysis');
    clock.pass(44_999);
    expect((await exchange.assertionFor('t', 'document')).assertion).toBe('assertion 1');
    expect(asked).toEqual(['t for document', 't for analysis']);
    clock.pass(1);
    expect((await exchange.assertionFor('t', 'document')).assertion).toBe('assertion 3');
  });

  it('is exchanged once by any number of requests at once, also when the first of them is cancelled', async () => {
    const client = new AbortController();
    const request = { requestId: 'r', signal: client.signal, deadline: Infinity, cacheHits: 0, cacheMisses: 0 };
    const first = runInRequest(request, () => exchange.assertionFor('t', 'document'));
    client.abort();
    const held = await Promise.all([
      first,
      ...Array.from({ length: 100 }, () => exchange.assertionFor('t', 'document')),
    ]);
    expect(new Set(held.map(({ assertion }) => assertion))).toEqual(new Set(['assertion 1']));
    expect(asked).toEqual(['t for document']);
  });

  it('that was refused is asked about again', async () => {
    answer = () => Promise.reject(unauthenticated());
    await expect(exchange.assertionFor('t', 'document')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    answer = async (sessionId) => asserted(sessionId);
    expect((await exchange.assertionFor('t', 'document')).sessionId).toBe('t');
  });

  it('is exchanged anew when its assertion was refused, once for all who were refused', async () => {
    const { assertion } = await exchange.assertionFor('t', 'document');
    exchange.forget('t', 'document', assertion);
    await exchange.assertionFor('t', 'document');
    exchange.forget('t', 'document', assertion);
    await exchange.assertionFor('t', 'document');
    expect(asked).toHaveLength(2);
  });
});

it('an assertion that is passed on is renewed shortly before it expires, once for all calls of its session', async () => {
  const held = exchange.hold('given', 's', 60_000);
  expect((await exchange.renewed(held)).assertion).toBe('given');
  expect(asked).toEqual([]);
  clock.pass(45_000);
  const renewed = await Promise.all([exchange.renewed(held), exchange.renewed(held)]);
  expect(renewed.map(({ assertion }) => assertion)).toEqual(['assertion 1', 'assertion 1']);
  expect((await exchange.renewed(held)).assertion).toBe('assertion 1');
  expect(asked).toEqual(['renew given']);
});

it('each renewal rests on the one before it, so a call may last longer than the assertion that it came with', async () => {
  const held = exchange.hold('given', 's', 60_000);
  for (let renewals = 0; renewals < 3; renewals += 1) {
    clock.pass(45_000);
    await exchange.renewed(held);
  }
  expect(asked).toEqual(['renew given', 'renew assertion 1', 'renew assertion 2']);
  clock.pass(600_000);
  const later = exchange.hold('given later', 's', 60_000);
  clock.pass(45_000);
  await exchange.renewed(later);
  expect(asked.at(-1)).toBe('renew given later');
});

it('no more is remembered than there is room for, whatever number of tokens comes', async () => {
  for (let token = 0; token < 10_000; token += 1) await exchange.assertionFor(`token ${token}`, 'document');
  expect(exchange.size).toBe(1000);
});
