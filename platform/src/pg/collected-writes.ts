import { Passengers } from '../passengers.ts';
import { currentRequest, runDetached } from '../request-context.ts';

interface Collection<Item, Outcome> {
  items: Item[];
  passengers: Passengers;
  outcomes: PromiseWithResolvers<readonly Outcome[]>;
}

/** Items that one transaction may bring, which bounds for how long it holds their locks. */
const maxItems = 64;
/** What comes while so many transactions are under way is collected for the next; one that hangs does not stop all. */
const maxUnderWay = 4;

/**
 * Writes what is asked for at the same time in one transaction: its statements, its commit and what has to be done after it
 * cost about the same for one as for many. The busier a process is, the more go together.
 */
export class CollectedWrites<Item, Outcome> {
  readonly #writeMany: (items: readonly Item[]) => Promise<readonly Outcome[]>;
  /** The last of them takes items. */
  readonly #waiting: Collection<Item, Outcome>[] = [];
  #underWay = 0;

  /**
   * @param writeMany writes the items, and says of each what came of it; what it throws comes of all of them. It is
   *   cancelled when nobody waits for any of them.
   */
  constructor(writeMany: (items: readonly Item[]) => Promise<readonly Outcome[]>) {
    this.#writeMany = writeMany;
  }

  /**
   * Resolves with what came of the item.
   *
   * @throws what `writeMany` throws; the reason why the request that is being served is over, after which the item may
   *   have been written all the same
   */
  async write(item: Item): Promise<Outcome> {
    const { items, passengers, outcomes } = this.#collecting();
    const place = items.push(item) - 1;
    passengers.board();
    const all = await passengers.wait(outcomes.promise, currentRequest()?.signal);
    return all[place] as Outcome;
  }

  #collecting(): Collection<Item, Outcome> {
    const last = this.#waiting.at(-1);
    if (last && last.items.length < maxItems) return last;
    const collection = {
      items: [],
      passengers: new Passengers(),
      outcomes: Promise.withResolvers<readonly Outcome[]>(),
    };
    this.#waiting.push(collection);
    setImmediate(() => this.#takeOff());
    return collection;
  }

  #takeOff(): void {
    if (this.#underWay >= maxUnderWay) return;
    const next = this.#waiting.shift();
    if (next) void this.#fly(next);
  }

  async #fly({ items, passengers, outcomes }: Collection<Item, Outcome>): Promise<void> {
    this.#underWay += 1;
    try {
      outcomes.resolve(await runDetached(() => this.#writeMany(items), passengers.takeOff()));
    } catch (error) {
      outcomes.reject(error);
    }
    this.#underWay -= 1;
    this.#takeOff();
  }
}
