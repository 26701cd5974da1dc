import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionId, StoredSession } from '../src/domain/session.ts';
import type { UserWithPassword } from '../src/domain/user.ts';
import type { SessionOrigin } from '../src/storage/session-store.ts';
import { minutesAfter, newEvent, newSession, newUser, noon, passwordHash, type Stores } from './stores.ts';

const byPassword: SessionOrigin = { passwordHash };

/** What a SessionStore promises, whatever is behind it. */
export function describeSessionStoreContract(name: string, open: () => Promise<Stores>): void {
  describe(`sessions in ${name}`, { concurrent: true, timeout: 60_000 }, () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    afterAll(() => stores[Symbol.asyncDispose]());

    async function addUser(change: Partial<UserWithPassword> = {}): Promise<UserWithPassword> {
      const user = newUser(change);
      await stores.users.create(user, []);
      return user;
    }

    async function add(session: StoredSession, origin = byPassword): Promise<StoredSession> {
      await stores.sessions.create(session, origin, newEvent({ userId: session.userId, sessionId: session.sessionId }));
      return session;
    }

    async function typesOf(userId: string): Promise<string[]> {
      return (await stores.emitted(userId)).sort();
    }

    describe('a session', () => {
      it('is what was created, field by field', async () => {
        const user = await addUser();
        const full = await add(newSession(user));
        const narrowed = await add(newSession(user, { documentId: 'contract:1', permissions: ['read'] }));
        for (const session of [full, narrowed]) {
          // Twice: the first read may be the one that fills a cache.
          expect(await stores.sessions.get(session.sessionId)).toEqual(session);
          expect(await stores.sessions.get(session.sessionId)).toEqual(session);
        }
        expect(await typesOf(user.userId)).toEqual(['session_created', 'session_created']);
      });

      it('that was looked for in vain is there once it exists', async () => {
        const user = await addUser();
        const session = newSession(user);
        expect(await stores.sessions.get(session.sessionId)).toBeUndefined();
        await add(session);
        expect(await stores.sessions.get(session.sessionId)).toEqual(session);
      });

      it('that has expired is there until it is swept', async () => {
        const session = await add(newSession(await addUser(), { expiresAt: minutesAfter(noon, -1) }));
        expect(await stores.sessions.get(session.sessionId)).toEqual(session);
      });

      it('has the role that its user has now', async () => {
        const user = await addUser();
        const { sessionId } = await add(newSession(user));
        await stores.sessions.get(sessionId);
        await stores.users.update(user.userId, { role: 'admin' }, { now: noon, events: [] });
        expect(await stores.sessions.get(sessionId)).toMatchObject({
          role: 'admin',
          permissions: ['read', 'analyze', 'write', 'share'],
        });
      });

      it('loses the permission of administrators with their role', async () => {
        const user = await addUser({ role: 'admin' });
        await addUser({ role: 'admin' });
        const { sessionId } = await add(newSession(user, { permissions: ['read', 'admin'] }));
        await stores.sessions.get(sessionId);
        await stores.users.update(user.userId, { role: 'user' }, { now: noon, events: [] });
        expect(await stores.sessions.get(sessionId)).toMatchObject({ role: 'user', permissions: ['read'] });
      });
    });

    describe('a session is refused', () => {
      it.each([
        ['of nobody', () => newUser(), byPassword],
        ['of a disabled user', () => addUser({ disabled: true }), byPassword],
        ['whose password has been changed since', () => addUser({ passwordHash: 'another' }), byPassword],
      ])('%s', async (_whom, userOf, origin) => {
        const session = newSession(await userOf());
        await expect(add(session, origin)).rejects.toMatchObject({ kind: 'invalid_credentials' });
        expect(await stores.sessions.get(session.sessionId)).toBeUndefined();
        expect(await typesOf(session.userId)).toEqual([]);
      });

      it('whose user had another role when its permissions were decided', async () => {
        const user = await addUser();
        const session = newSession(user, { role: 'admin', permissions: ['admin'] });
        await expect(add(session)).rejects.toMatchObject({ kind: 'invalid_credentials' });
      });

      it("that is made from one that has ended, is another user's, or may less by now", async () => {
        const user = await addUser();
        const ended = await add(newSession(user));
        await stores.sessions.revoke(user.userId, ended.sessionId, () => newEvent());
        const foreign = await add(newSession(await addUser()));
        const narrow = await add(newSession(user, { permissions: ['read'] }));
        for (const { sessionId } of [ended, foreign, narrow]) {
          const refused = add(newSession(user, { permissions: ['read', 'write'] }), { sessionId });
          await expect(refused).rejects.toMatchObject({ kind: 'invalid_session' });
        }
        await add(newSession(user, { permissions: ['read'] }), { sessionId: narrow.sessionId });
      });
    });

    it('that are made at the same time are each made or refused for themselves', async () => {
      const [one, other, disabled, changed] = await Promise.all([
        addUser(),
        addUser(),
        addUser({ disabled: true }),
        addUser({ passwordHash: `${passwordHash}x` }),
      ]);
      const maker = await add(newSession(one));
      const wanted: [StoredSession, SessionOrigin][] = [
        ...Array.from({ length: 40 }, (): [StoredSession, SessionOrigin] => [newSession(one), byPassword]),
        [newSession(disabled), byPassword],
        [newSession(other), byPassword],
        [newSession(changed), byPassword],
        [newSession(one, { permissions: ['read'] }), { sessionId: maker.sessionId }],
        [newSession(other), { sessionId: maker.sessionId }],
      ];
      const outcomes = await Promise.allSettled(wanted.map(([session, origin]) => add(session, origin)));
      const refusals = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.kind : 'made'));
      expect(refusals).toEqual([
        ...Array.from({ length: 40 }, () => 'made'),
        'invalid_credentials',
        'made',
        'invalid_credentials',
        'made',
        'invalid_session',
      ]);
      for (const [index, [session]] of wanted.entries()) {
        const made = refusals[index] === 'made' ? session : undefined;
        expect(await stores.sessions.get(session.sessionId)).toEqual(made);
      }
      expect(await typesOf(other.userId)).toEqual(['session_created']);
      expect(await typesOf(disabled.userId)).toEqual([]);
      expect(await stores.sessions.revoke(one.userId, maker.sessionId, () => newEvent())).toBe(true);
      expect(await stores.sessions.get((wanted[43] as [StoredSession, SessionOrigin])[0].sessionId)).toBeUndefined();
    });

    it('200 sessions of a user are kept, and those that are narrowed make room for the others', async () => {
      const user = await addUser();
      const early = await add(newSession(user, { createdAt: minutesAfter(noon, -10) }));
      const many = Array.from({ length: 199 }, (_, minute) =>
        newSession(user, {
          ...(minute % 2 === 0 ? { permissions: ['read'] } : { documentId: 'contract' }),
          createdAt: minutesAfter(noon, minute),
        }),
      );
      // A few at a time: the pool's connections are for the other tests too.
      for (let at = 0; at < many.length; at += 25) await Promise.all(many.slice(at, at + 25).map((each) => add(each)));
      const bound = await add(newSession(user, { documentId: 'contract', createdAt: minutesAfter(noon, 200) }));
      expect(await stores.sessions.get((many[0] as StoredSession).sessionId)).toBeUndefined();
      await add(newSession(user, { createdAt: minutesAfter(noon, 201) }));
      expect(await stores.sessions.get((many[1] as StoredSession).sessionId)).toBeUndefined();
      expect(await stores.sessions.get(early.sessionId)).toEqual(early);
      expect(await stores.sessions.get(bound.sessionId)).toEqual(bound);
      expect(await stores.sessions.listLive(user.userId, noon)).toHaveLength(200);
    });

    it('several that are made at once remove as many, the last in their order', async () => {
      const user = await addUser();
      const old = Array.from({ length: 200 }, (_, place) =>
        newSession(user, { permissions: ['read'], createdAt: minutesAfter(noon, place < 8 ? 0 : place) }),
      );
      for (let at = 0; at < old.length; at += 25) await Promise.all(old.slice(at, at + 25).map((each) => add(each)));
      await Promise.all(Array.from({ length: 5 }, () => add(newSession(user, { createdAt: minutesAfter(noon, 300) }))));
      const left = new Set((await stores.sessions.listLive(user.userId, noon)).map(({ sessionId }) => sessionId));
      expect(left.size).toBe(200);
      // Of those of the same moment, the lowest ids are first.
      const gone = old.slice(0, 8).map(({ sessionId }) => sessionId);
      expect(gone.filter((sessionId) => !left.has(sessionId)).sort()).toEqual(gone.sort().slice(3));
    });

    describe('a use', () => {
      const use = { knownUse: noon, lastUsedAt: minutesAfter(noon, 5), expiresAt: minutesAfter(noon, 65) };

      it('moves the expiry', async () => {
        const session = await add(newSession(await addUser()));
        await stores.sessions.get(session.sessionId);
        await stores.sessions.touch(session.sessionId, use);
        const { knownUse: _, ...moved } = use;
        expect(await stores.sessions.get(session.sessionId)).toEqual({ ...session, ...moved });
      });

      it('counts once, however many see the same one before it', async () => {
        const { sessionId } = await add(newSession(await addUser()));
        await stores.sessions.touch(sessionId, use);
        await stores.sessions.touch(sessionId, { ...use, lastUsedAt: minutesAfter(noon, 9) });
        expect((await stores.sessions.get(sessionId))?.lastUsedAt).toEqual(use.lastUsedAt);
      });

      it('of a session that is gone does nothing', async () => {
        const sessionId = newSession(newUser()).sessionId;
        await stores.sessions.touch(sessionId, use);
        expect(await stores.sessions.get(sessionId)).toBeUndefined();
      });
    });

    it('the live sessions of a user are listed, newest first', async () => {
      const user = await addUser();
      await add(newSession(await addUser()));
      const lives: [created: number, expires: number, ends: number][] = [
        [1, 60, 60],
        [3, 60, 60],
        [2, 60, 60],
        [4, 10, 60],
        [5, 60, 10],
      ];
      const sessions = await Promise.all(
        lives.map(([created, expires, ends]) =>
          add(
            newSession(user, {
              createdAt: minutesAfter(noon, created),
              expiresAt: minutesAfter(noon, expires),
              absoluteExpiresAt: minutesAfter(noon, ends),
            }),
          ),
        ),
      );
      const listed = await stores.sessions.listLive(user.userId, minutesAfter(noon, 10));
      expect(listed).toEqual([sessions[1], sessions[2], sessions[0]]);
      expect(await stores.sessions.listLive('nobody' as typeof user.userId, noon)).toEqual([]);
    });

    describe('a session that is revoked', () => {
      it('is gone at once, and once only, with its event', async () => {
        const user = await addUser();
        const { sessionId } = await add(newSession(user));
        await stores.sessions.get(sessionId);
        const event = () => newEvent({ type: 'session_revoked', userId: user.userId, sessionId });
        expect(await stores.sessions.revoke(user.userId, sessionId, event)).toBe(true);
        expect(await stores.sessions.get(sessionId)).toBeUndefined();
        expect(await stores.sessions.revoke(user.userId, sessionId, event)).toBe(false);
        expect(await typesOf(user.userId)).toEqual(['session_created', 'session_revoked']);
      });

      it('is so only by its own user', async () => {
        const session = await add(newSession(await addUser()));
        const stranger = await addUser();
        expect(await stores.sessions.revoke(stranger.userId, session.sessionId, () => newEvent())).toBe(false);
        expect(await stores.sessions.get(session.sessionId)).toEqual(session);
      });

      it('takes along what was made from it, and from that, each with its event, and leaves the rest', async () => {
        const user = await addUser();
        const root = await add(newSession(user));
        const child = await add(newSession(user), { sessionId: root.sessionId });
        const grandchild = await add(newSession(user), { sessionId: child.sessionId });
        const sibling = await add(newSession(user), { sessionId: root.sessionId });
        for (const { sessionId } of [root, child, grandchild, sibling]) await stores.sessions.get(sessionId);
        const eventOf = (sessionId: SessionId) => newEvent({ type: 'session_revoked', userId: user.userId, sessionId });
        expect(await stores.sessions.revoke(user.userId, child.sessionId, eventOf)).toBe(true);
        for (const { sessionId } of [child, grandchild]) expect(await stores.sessions.get(sessionId)).toBeUndefined();
        for (const kept of [root, sibling]) expect(await stores.sessions.get(kept.sessionId)).toEqual(kept);
        expect((await typesOf(user.userId)).filter((type) => type === 'session_revoked')).toHaveLength(2);
      });

      it('takes those along that were being made from it', async () => {
        const user = await addUser();
        const { sessionId } = await add(newSession(user));
        const making = Array.from({ length: 10 }, () => add(newSession(user), { sessionId }).catch(() => undefined));
        await Promise.all([...making, stores.sessions.revoke(user.userId, sessionId, () => newEvent())]);
        expect(await stores.sessions.listLive(user.userId, noon)).toEqual([]);
      });

      it('with all others of its user is counted, and each has its event', async () => {
        const [user, stranger] = await Promise.all([addUser(), addUser()]);
        const own = await Promise.all(Array.from({ length: 3 }, () => add(newSession(user))));
        const foreign = await add(newSession(stranger));
        for (const { sessionId } of own) await stores.sessions.get(sessionId);
        const eventOf = (sessionId: SessionId) => newEvent({ type: 'session_revoked', userId: user.userId, sessionId });
        expect(await stores.sessions.revokeAll(user.userId, eventOf)).toBe(3);
        for (const { sessionId } of own) expect(await stores.sessions.get(sessionId)).toBeUndefined();
        expect(await stores.sessions.get(foreign.sessionId)).toEqual(foreign);
        expect((await typesOf(user.userId)).filter((type) => type === 'session_revoked')).toHaveLength(3);
        expect(await stores.sessions.revokeAll(user.userId, eventOf)).toBe(0);
      });

      it('with all others takes those along that were being made from them', async () => {
        const user = await addUser();
        const { sessionId } = await add(newSession(user));
        const making = Array.from({ length: 10 }, () => add(newSession(user), { sessionId }).catch(() => undefined));
        await Promise.all([...making, stores.sessions.revokeAll(user.userId, () => newEvent())]);
        expect(await stores.sessions.listLive(user.userId, noon)).toEqual([]);
      });
    });

    it.each([
      ['is disabled', { disabled: true }],
      ['gets a new password', { passwordHash: 'another' }],
    ])('a user who %s has no sessions any more, but for the one that is to be kept', async (_how, change) => {
      const user = await addUser();
      const [kept, ended] = await Promise.all([add(newSession(user)), add(newSession(user))]);
      for (const { sessionId } of [kept, ended]) await stores.sessions.get(sessionId);
      await stores.users.update(user.userId, change, { now: noon, events: [], keepSession: kept.sessionId });
      expect(await stores.sessions.get(ended.sessionId)).toBeUndefined();
      expect(await stores.sessions.get(kept.sessionId)).toEqual(kept);
    });

    it('a sweep removes what has expired, as much as it is told, and what was made from it ends with the maker before', async () => {
      const user = await addUser();
      const first = await add(newSession(user));
      // Long before the sessions of the other tests, which run at the same time.
      const longAgo = new Date('2001-01-01T00:00:00Z');
      const expired = await Promise.all([
        add(newSession(user, { expiresAt: longAgo }), { sessionId: first.sessionId }),
        add(newSession(user, { absoluteExpiresAt: longAgo })),
        add(newSession(user, { expiresAt: longAgo })),
      ]);
      for (const { sessionId } of expired) await stores.sessions.get(sessionId);
      const last = await add(newSession(user), { sessionId: expired[0].sessionId });
      const now = minutesAfter(longAgo, 1);
      expect(await stores.sessions.sweepExpired(now, 2)).toBe(2);
      expect(await stores.sessions.sweepExpired(now, 2)).toBe(1);
      expect(await stores.sessions.sweepExpired(now, 2)).toBe(0);
      for (const { sessionId } of expired) expect(await stores.sessions.get(sessionId)).toBeUndefined();
      expect(await stores.sessions.get(last.sessionId)).toEqual(last);
      await stores.sessions.revoke(user.userId, first.sessionId, () => newEvent());
      expect(await stores.sessions.get(last.sessionId)).toBeUndefined();
    });
  });
}
