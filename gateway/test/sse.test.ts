import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { eventStream, formatEvent, type ServerSentEvent } from '../src/http/sse.ts';

async function textOf(stream: AsyncIterable<string>): Promise<string[]> {
  return Array.fromAsync(stream);
}

describe('an event', () => {
  it('stays one event whatever its data holds', () => {
    const data = { text: 'line\n\nid: 9\r\n', zeile: '\u2028' };
    const text = formatEvent({ id: '3', event: 'progress', data });
    expect(text.match(/\n\n/g)).toHaveLength(1);
    expect(text.startsWith('id: 3\nevent: progress\ndata: {')).toBe(true);
    expect(JSON.parse(text.split('data: ')[1] ?? '')).toEqual(data);
  });

  it('has no id if it is nothing to resume after', () => {
    expect(formatEvent({ event: 'problem', data: {} })).toBe('event: problem\ndata: {}\n\n');
  });
});

describe('a stream of events', () => {
  it('begins with how soon to come back, and ends with the last event', async () => {
    async function* events(): AsyncGenerator<ServerSentEvent> {
      yield { id: '1', event: 'progress', data: 1 };
      yield { id: '2', event: 'end', data: 2 };
    }
    expect(await textOf(eventStream(events(), 1000))).toEqual([
      'retry: 1000\n\n',
      'id: 1\nevent: progress\ndata: 1\n\n',
      'id: 2\nevent: end\ndata: 2\n\n',
    ]);
  });

  it('has comments while there is nothing to tell, and loses no event over them', async () => {
    async function* events(): AsyncGenerator<ServerSentEvent> {
      await sleep(70);
      yield { id: '1', event: 'end', data: 1 };
    }
    const text = await textOf(eventStream(events(), 20));
    expect(text.filter((part) => part === ': heartbeat\n\n').length).toBeGreaterThanOrEqual(2);
    expect(text.at(-1)).toBe('id: 1\nevent: end\ndata: 1\n\n');
  });

  it('lets go of its source when the reader leaves', async () => {
    let isReleased = false;
    async function* events(): AsyncGenerator<ServerSentEvent> {
      try {
        for (let id = 1; ; id += 1) yield { id: String(id), event: 'progress', data: id };
      } finally {
        isReleased = true;
      }
    }
    for await (const part of eventStream(events(), 1000)) if (part.startsWith('id: 3')) break;
    expect(isReleased).toBe(true);
  });
});
