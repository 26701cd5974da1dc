import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../src/domain/audit-event.ts';
import { deliveredEvent, minutesAfter, noon, type Stores, ways } from './stores.ts';

let stores: Stores;
beforeAll(async () => {
  stores = await ways.PostgreSQL();
});
afterAll(() => stores[Symbol.asyncDispose]());

const all = { limit: 1000, offset: 0 };

async function idsOf(filter: Parameters<Stores['audit']['list']>[0], page = all): Promise<string[]> {
  return (await stores.audit.list(filter, page)).events.map(({ eventId }) => eventId);
}

describe('an event', () => {
  it('is what was added, field by field', async () => {
    const full: AuditEvent = deliveredEvent({
      type: 'full',
      userId: 'user',
      sessionId: 'session',
      documentId: 'document',
      analysisId: 'analysis',
      details: { size_bytes: 7, nested: { list: ['ä', null, true] } },
    });
    const bare = deliveredEvent({ type: 'bare' });
    await stores.audit.append([full, bare]);
    for (const event of [full, bare]) {
      const recorded = { ...event, sequence: expect.any(Number), actorErased: false, contentErased: false };
      expect(await stores.audit.list({ type: event.type }, all)).toEqual({ events: [recorded], totalCount: 1 });
    }
  });

  it('that comes again changes nothing, in the same delivery, a later one, or two at once', async () => {
    const event = deliveredEvent({ type: 'again' });
    const altered = { ...event, details: { altered: true } };
    await stores.audit.append([event, altered]);
    await stores.audit.append([altered, deliveredEvent({ type: 'again' })]);
    await Promise.all(Array.from({ length: 10 }, () => stores.audit.append([altered])));
    const { events, totalCount } = await stores.audit.list({ type: 'again' }, all);
    expect(totalCount).toBe(2);
    expect(events[1]).toMatchObject(event);
  });
});

it('events are listed newest first as the log took them in, in pages, with how many there are', async () => {
  const events = Array.from({ length: 5 }, (_, minute) =>
    deliveredEvent({ type: 'paged', occurredAt: minutesAfter(noon, -minute) }),
  );
  await stores.audit.append(events.slice(0, 3));
  await stores.audit.append(events.slice(3));
  const newestFirst = events.map(({ eventId }) => eventId).toReversed();
  expect(await idsOf({ type: 'paged' })).toEqual(newestFirst);
  expect(await idsOf({ type: 'paged' }, { limit: 2, offset: 1 })).toEqual(newestFirst.slice(1, 3));
  expect(await stores.audit.list({ type: 'paged' }, { limit: 2, offset: 9 })).toEqual({ events: [], totalCount: 5 });
});

it('events are found by each field alone and by all together', async () => {
  const about = {
    type: 'found',
    outcome: 'denied',
    userId: 'u1',
    sessionId: 's1',
    documentId: 'd1',
    analysisId: 'a1',
  };
  const wanted = deliveredEvent(about);
  const changes = [
    { outcome: 'allowed' },
    { userId: 'u2' },
    { sessionId: 's2' },
    { documentId: 'd2' },
    { analysisId: 'a2' },
  ];
  const before = deliveredEvent({ ...about, occurredAt: minutesAfter(noon, -1) });
  const after = deliveredEvent({ ...about, occurredAt: minutesAfter(noon, 1) });
  await stores.audit.append([
    wanted,
    before,
    after,
    ...changes.map((change) => deliveredEvent({ ...about, ...change })),
  ]);
  const { type, ...fields } = about;
  for (const [name, value] of Object.entries(fields)) {
    expect(await idsOf({ type, [name]: value })).toHaveLength(changes.length + 2);
  }
  expect(await idsOf({ type, from: noon })).not.toContain(before.eventId);
  expect(await idsOf({ type, until: minutesAfter(noon, 1) })).not.toContain(after.eventId);
  expect(await idsOf({ ...about, from: noon, until: minutesAfter(noon, 1) })).toEqual([wanted.eventId]);
});
