import type { Segment } from '../text/segmentation.ts';
import { combine, hashOf, type Tokens, tokensOf } from './tokens.ts';

/**
 * What the networks see of one segment, as 32-bit keys in which repetitions count once: its own words, pairs of words and prefixes, and, weaker,
 * what stands around it.
 */
export interface SegmentFeatures {
  own: Uint32Array;
  context: Uint32Array;
}

/** What the networks see of a document. */
export interface DocumentFeatures {
  readonly segmentCount: number;
  /** The words at the document's beginning, which tell its kind; context of every segment. */
  readonly opening: Uint32Array;
  /** The features of a segment by its position. */
  of(segment: number): SegmentFeatures;
}

const openingChars = 400;

// Each kind of feature has keys of its own, so that a word means something else in a heading than in the text.
const kinds = {
  word: 0x01,
  pair: 0x02,
  prefix: 0x03,
  heading: 0x04,
  before: 0x05,
  after: 0x06,
  opening: 0x07,
  position: 0x08,
  leadIn: 0x09,
} as const;

/** Reads the features of a document, those of a segment when they are asked for. */
export class DocumentReader implements DocumentFeatures {
  readonly opening: Uint32Array;
  readonly #segments: readonly Segment[];
  readonly #tokens: readonly Tokens[];
  readonly #headings = new Map<string, Uint32Array>();
  readonly #keys = new KeyList();

  /** @param text the document, of which the beginning is looked at. */
  constructor(segments: readonly Segment[], text: string) {
    this.#segments = segments;
    this.#tokens = segments.map(({ lower }) => tokensOf(lower));
    this.#keys.addAll(kinds.opening, tokensOf(text.slice(0, openingChars).toLowerCase()).words);
    this.opening = this.#keys.taken();
  }

  get segmentCount(): number {
    return this.#segments.length;
  }

  of(index: number): SegmentFeatures {
    const segment = this.#segments[index];
    const tokens = this.#tokens[index];
    if (!segment || !tokens) throw new RangeError(`there is no segment ${index}`);
    const keys = this.#keys;
    keys.addAll(kinds.word, tokens.words);
    keys.addPairs(kinds.pair, tokens.words);
    keys.addAll(kinds.prefix, tokens.prefixes);
    const own = keys.taken();
    keys.append(this.#headingKeys(segment));
    keys.addAll(kinds.before, this.#tokens[index - 1]?.words ?? nothing);
    keys.addAll(kinds.after, this.#tokens[index + 1]?.words ?? nothing);
    this.#addPosition(keys, segment, tokens.words.length);
    if (segment.leadIn !== '') {
      const { words } = tokensOf(segment.leadIn);
      keys.addAll(kinds.leadIn, words);
      keys.addPairs(kinds.leadIn, words);
    }
    return { own, context: keys.taken() };
  }

  #headingKeys({ heading, part }: Segment): Uint32Array {
    const both = `${heading}\n${part}`;
    let known = this.#headings.get(both);
    if (!known) {
      const keys = new KeyList();
      keys.addAll(kinds.heading, tokensOf(both).words);
      keys.add(hashOf(`heading ${heading}`));
      keys.add(hashOf(`part ${part}`));
      known = keys.taken();
      this.#headings.set(both, known);
    }
    return known;
  }

  #addPosition(keys: KeyList, { index, kind, leadIn }: Segment, words: number): void {
    const count = this.segmentCount;
    const position = [
      `tenth ${Math.floor((10 * index) / count)}`,
      `from start ${Math.min(index, 30)}`,
      `from end ${Math.min(count - index, 10)}`,
      `length ${Math.floor(Math.log2(1 + words) * 2)}`,
      `kind ${kind}`,
      `item ${leadIn !== ''}`,
    ];
    for (const feature of position) keys.add(combine(hashOf(feature), kinds.position));
  }
}

const nothing = new Uint32Array();

/** Collects keys without an array for each kind of them. */
class KeyList {
  #keys = new Uint32Array(512);
  #count = 0;

  add(key: number): void {
    if (this.#count === this.#keys.length) {
      const longer = new Uint32Array(2 * this.#keys.length);
      longer.set(this.#keys);
      this.#keys = longer;
    }
    this.#keys[this.#count++] = key;
  }

  append(keys: Uint32Array): void {
    for (const key of keys) this.add(key);
  }

  addAll(kind: number, hashes: Uint32Array): void {
    for (const hash of hashes) this.add(combine(hash, kind));
  }

  addPairs(kind: number, words: Uint32Array): void {
    for (let i = 1; i < words.length; i++) this.add(combine(combine(words[i - 1] as number, words[i] as number), kind));
  }

  /** What was collected; the list starts anew. */
  taken(): Uint32Array {
    const taken = this.#keys.slice(0, this.#count);
    this.#count = 0;
    return taken;
  }
}
