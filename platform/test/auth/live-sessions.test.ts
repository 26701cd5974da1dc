import { beforeEach, describe, expect, it } from 'vitest';
import { LiveSessions } from '../../src/auth/live-sessions.ts';
import { unauthenticated } from '../../src/auth/principal.ts';
import type { CheckedSession } from '../../src/auth/session-authority.ts';
import { unavailable } from '../../src/errors.ts';
import { VirtualClock } from './virtual-clock.ts';

const clock = new VirtualClock();
let asked: number;
/** What the session service does when it is asked. */
let check: (sessionId: string) => Promise<CheckedSession>;
let sessions: LiveSessions;

const alive = (sessionId: string, validForMs = 800): CheckedSession => ({
  user: { kind: 'user', userId: `user of ${sessionId}`, role: 'user', sessionId, permissions: new Set(['read']) },
  validForMs,
});

beforeEach(() => {
  asked = 0;
  check = async (sessionId) => alive(sessionId);
  const authority = {
    check: (sessionId: string) => {
      asked += 1;
      return check(sessionId);
    },
  };
  sessions = new LiveSessions(authority, clock, 100);
});

describe('what a session may do', () => {
  it('is asked for once as long as the answer holds, and then again', async () => {
    for (let request = 0; request < 8; request += 1) {
      expect((await sessions.userOf('s')).userId).toBe('user of s');
      clock.pass(99);
    }
    expect(asked).toBe(1);
    clock.pass(99);
    await sessions.userOf('s');
    expect(asked).toBe(2);
  });

  it('holds from when it was asked for, not from when it was told', async () => {
    check = async (sessionId) => {
      clock.pass(700);
      return alive(sessionId);
    };
    await sessions.userOf('s');
    clock.pass(99);
    await sessions.userOf('s');
    expect(asked).toBe(1);
    clock.pass(1);
    await sessions.userOf('s');
    expect(asked).toBe(2);
  });

  it('is told to who asked before an answer that comes too late, and remembered for nobody', async () => {
    check = async (sessionId) => {
      clock.pass(900);
      return alive(sessionId);
    };
    expect((await sessions.userOf('s')).userId).toBe('user of s');
    await sessions.userOf('s');
    expect(asked).toBe(2);
  });

  it('is not remembered when the answer says so', async () => {
    check = async (sessionId) => alive(sessionId, 0);
    await sessions.userOf('s');
    await sessions.userOf('s');
    expect(asked).toBe(2);
  });

  it('is asked for at most twice by any number of requests at once', async () => {
    await Promise.all(Array.from({ length: 100 }, () => sessions.userOf('s')));
    expect(asked).toBeLessThanOrEqual(2);
  });

  it('of who asks while an answer is on its way does not come from before they asked', async () => {
    const first = Promise.withResolvers<CheckedSession>();
    check = () => first.promise;
    const early = sessions.userOf('s');
    const late = sessions.userOf('s');
    check = () => Promise.reject(unauthenticated());
    // What was known of the session then holds no more when it arrives.
    clock.pass(900);
    first.resolve(alive('s'));
    expect((await early).userId).toBe('user of s');
    await expect(late).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

it('a refusal is not remembered', async () => {
  check = () => Promise.reject(unauthenticated());
  await expect(sessions.userOf('s')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  check = async (sessionId) => alive(sessionId);
  expect((await sessions.userOf('s')).userId).toBe('user of s');
});

it('while nobody can be asked, what remains of an answer is used, and then nothing', async () => {
  await sessions.userOf('s');
  check = () => Promise.reject(unavailable('The session service does not answer.'));
  clock.pass(799);
  expect((await sessions.userOf('s')).userId).toBe('user of s');
  clock.pass(1);
  await expect(sessions.userOf('s')).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1000 });
});

it('no more sessions are remembered than there is room for, those that were used last', async () => {
  for (let session = 0; session < 10_000; session += 1) await sessions.userOf(String(session));
  expect(asked).toBe(10_000);
  for (let session = 9900; session < 10_000; session += 1) await sessions.userOf(String(session));
  expect(asked).toBe(10_000);
  await sessions.userOf('9899');
  expect(asked).toBe(10_001);
});
