/** A stream of messages that has been asked for, so that a failure before the first one can still be answered as such. */
export class StartedStream<T> {
  readonly #iterator: AsyncIterator<T>;
  readonly first: Promise<IteratorResult<T>>;

  constructor(messages: AsyncIterable<T>) {
    this.#iterator = messages[Symbol.asyncIterator]();
    this.first = this.#iterator.next();
  }

  /** All messages, the first one included. Leaving the loop cancels the rest. */
  async *all(): AsyncGenerator<T> {
    try {
      for (let next = await this.first; !next.done; next = await this.#iterator.next()) yield next.value;
    } finally {
      await this.cancel();
    }
  }

  async cancel(): Promise<void> {
    await this.#iterator.return?.();
  }
}
