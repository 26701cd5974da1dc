/** One event of a stream that a browser's EventSource can follow and resume. */
export interface ServerSentEvent {
  /** What the client sends back as `Last-Event-ID`; without one it resumes from the event before. */
  id?: string;
  event: string;
  data: unknown;
}

const heartbeat = ': heartbeat\n\n';
/** How long a client waits before it comes back after the stream broke off. */
const retryMs = 1000;

/** An event as it stands in the stream. See https://html.spec.whatwg.org/multipage/server-sent-events.html. */
export function formatEvent({ id, event, data }: ServerSentEvent): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/**
 * The text of an event stream. Between events that are far apart it has comments, so that nobody on the way takes the
 * connection for dead.
 */
export async function* eventStream(
  events: AsyncIterable<ServerSentEvent>,
  heartbeatMs: number,
): AsyncGenerator<string> {
  const iterator = events[Symbol.asyncIterator]();
  try {
    yield `retry: ${retryMs}\n\n`;
    let next = iterator.next();
    for (;;) {
      const result = await within(heartbeatMs, next);
      if (result === undefined) {
        yield heartbeat;
      } else if (result.done) {
        return;
      } else {
        yield formatEvent(result.value);
        next = iterator.next();
      }
    }
  } finally {
    await iterator.return?.();
  }
}

/** The promise's value if it comes within that time, else undefined; the promise can be waited for again. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const elapsed = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => elapsed.resolve(undefined), ms);
  try {
    return await Promise.race([promise, elapsed.promise]);
  } finally {
    clearTimeout(timer);
  }
}
