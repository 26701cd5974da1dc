import { Passengers } from '../passengers.ts';
import { currentRequest, runDetached } from '../request-context.ts';

interface Collection<Key, Row> {
  keys: Set<Key>;
  passengers: Passengers;
  rows: PromiseWithResolvers<ReadonlyMap<Key, Row>>;
}

/** Rows that one statement may bring: most are small, and a few large ones must fit into memory. */
const defaultMaxKeys = 64;

/**
 * Reads rows by their keys, those that are asked for within one turn of the event loop in one statement: a statement and
 * its round trip cost more than most rows.
 */
export class CollectedReads<Key, Row> {
  readonly #readMany: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Row>>;
  readonly #maxKeys: number;
  #collecting: Collection<Key, Row> | undefined;

  /**
   * @param readMany the rows that there are, by their keys; it is cancelled when nobody waits for any of them
   * @param maxKeys the most that it is called with
   */
  constructor(readMany: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Row>>, maxKeys = defaultMaxKeys) {
    this.#readMany = readMany;
    this.#maxKeys = maxKeys;
  }

  /**
   * The row as it is after this was called; undefined if there is none.
   *
   * @throws what `readMany` throws, or the reason why the request that is being served is over
   */
  async read(key: Key): Promise<Row | undefined> {
    const { keys, passengers, rows } = this.#collecting ?? this.#collect();
    keys.add(key);
    passengers.board();
    if (keys.size >= this.#maxKeys) this.#send();
    return (await passengers.wait(rows.promise, currentRequest()?.signal)).get(key);
  }

  #collect(): Collection<Key, Row> {
    const collection: Collection<Key, Row> = {
      keys: new Set(),
      passengers: new Passengers(),
      rows: Promise.withResolvers(),
    };
    this.#collecting = collection;
    setImmediate(() => {
      if (this.#collecting === collection) this.#send();
    });
    return collection;
  }

  #send(): void {
    const collection = this.#collecting;
    if (!collection) return;
    this.#collecting = undefined;
    const { keys, passengers, rows } = collection;
    runDetached(() => this.#readMany([...keys]), passengers.takeOff()).then(rows.resolve, rows.reject);
  }
}
