import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../src/domain/audit-event.ts';
import { minutesAfter, newEvent, noon, type Stores, ways } from './stores.ts';

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
    const full: AuditEvent = newEvent({
      type: 'full',
      userId: 'user',
      sessionId: 'session',
      documentId: 'document',
      analysisId: 'analysis',
      details: { size_bytes: 7, nested: { list: ['ä', null, true] } },
    });
    const bare = newEvent({ type: 'bare' });
    await stores.audit.append([full, bare]);
    expect(await stores.audit.list({ type: 'full' }, all)).toEqual({ events: [full], totalCount: 1 });
    expect(await stores.audit.list({ type: 'bare' }, all)).toEqual({ events: [bare], totalCount: 1 });
  });

  it('that comes again changes nothing, in the same delivery, a later one, or two at once', async () => {
    const event = newEvent({ type: 'again' });
    const altered = { ...event, details: { altered: true } };
    await stores.audit.append([event, altered]);
    await stores.audit.append([altered, newEvent({ type: 'again' })]);
    await Promise.all(Array.from({ length: 10 }, () => stores.audit.append([altered])));
    const { events, totalCount } = await stores.audit.list({ type: 'again' }, all);
    expect(totalCount).toBe(2);
    expect(events[1]).toEqual(event);
  });
});

it('events are listed newest first as the log took them in, in pages, with how many there are', async () => {
  const events = Array.from({ length: 5 }, (_, minute) =>
    newEvent({ type: 'paged', occurredAt: minutesAfter(noon, -minute) }),
  );
  await stores.audit.append(events.slice(0, 3));
  await stores.audit.append(events.slice(3));
  const newestFirst = events.map(({ eventId }) => eventId).toReversed();
  expect(await idsOf({ type: 'paged' })).toEqual(newestFirst);
  expect(await idsOf({ type: 'paged' }, { limit: 2, offset: 1 })).toEqual(newestFirst.slice(1, 3));
  expect(await stores.audit.list({ type: 'paged' }, { limit: 2, offset: 9 })).toEqual({ events: [], totalCount: 5 });
});

it('events are found by each field alone and by all together', async () => {
  const about = { type: 'found', userId: 'u1', documentId: 'd1', analysisId: 'a1' };
  const wanted = newEvent(about);
  const others = [{ userId: 'u2' }, { documentId: 'd2' }, { analysisId: 'a2' }].map((change) =>
    newEvent({ ...about, ...change }),
  );
  await stores.audit.append([wanted, ...others]);
  expect(await idsOf({ type: 'found' })).toHaveLength(4);
  for (const filter of [{ userId: 'u1' }, { documentId: 'd1' }, { analysisId: 'a1' }]) {
    expect(await idsOf({ ...filter, type: 'found' })).toHaveLength(3);
  }
  expect(await idsOf(about)).toEqual([wanted.eventId]);
});
