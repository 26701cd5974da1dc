/**
 * What several streams tell, as it comes. All of them are asked at once, so none waits for another.
 *
 * @throws what the first of them throws; the others are then left
 */
export async function* interleaved<T>(streams: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const iterators = streams.map((stream) => stream[Symbol.asyncIterator]());
  const ask = async (iterator: AsyncIterator<T>) => ({ iterator, result: await iterator.next() });
  const pending = new Map(iterators.map((iterator) => [iterator, ask(iterator)]));
  try {
    while (pending.size > 0) {
      const { iterator, result } = await Promise.race(pending.values());
      if (result.done) {
        pending.delete(iterator);
      } else {
        pending.set(iterator, ask(iterator));
        yield result.value;
      }
    }
  } finally {
    // Each has been asked for more, and may fail for being left.
    for (const answer of pending.values()) answer.catch(() => undefined);
    await Promise.allSettled([...pending.keys()].map(async (iterator) => iterator.return?.()));
  }
}
