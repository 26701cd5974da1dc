import { BoundedMap } from '../bounded-map.ts';
import { type Codec, type EntryReading, readEntry } from './entry.ts';

/** What was read from an entry, and which. */
interface Remembered<T> {
  stored: Buffer;
  epoch: number;
  reading: EntryReading<T>;
}

const maxRemembered = 512;
/** Larger ones are not remembered, so that a family's take 8 MB at most. */
const maxRememberedBytes = 16 * 1024;

/**
 * Reads the entries of a family. Redis is asked each time; but of an entry that is byte for byte what it was, the value is
 * the same as well, and is the same object: nobody may change it.
 */
export class EntryReader<T> {
  readonly #codec: Codec<T>;
  readonly #remembered = new BoundedMap<Remembered<T>>(maxRemembered);

  constructor(codec: Codec<T>) {
    this.#codec = codec;
  }

  /** As `readEntry`. */
  read(key: string, stored: Buffer, epoch: number): EntryReading<T> {
    if (stored.length > maxRememberedBytes) return readEntry(stored, epoch, this.#codec);
    const remembered = this.#remembered.get(key);
    if (remembered?.epoch === epoch && remembered.stored.equals(stored)) return remembered.reading;
    // A copy, for what comes from Redis may be a small part of a buffer that would be kept with it.
    const own = Buffer.from(stored);
    const reading = readEntry(own, epoch, this.#codec);
    if (reading.kind === 'entry') this.#remembered.set(key, { stored: own, epoch, reading });
    return reading;
  }
}
