import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cuadCategories } from '../clauses/categories.ts';
import type { ClauseModelWeights } from './clause-model.ts';
import type { Decision } from './decision.ts';
import { type NetworkWeights, units } from './network.ts';
import { passageFeatureCount, presenceFeatureCount } from './presence.ts';

/** The file of weights cannot be used: it is damaged, or made for another version of the engine. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
}

const magic = 'CRCLAUSE';
const formatVersion = 1;
const digestLength = 32;
const lengthBytes = 4;
/** Embeddings are stored with four bits, as -7..7 plus this. */
const zeroPoint = 8;

/** What stands before the numbers of the networks. */
interface Header {
  formatVersion: number;
  units: number;
  rows: number;
  networks: number;
  categories: string[];
  inputsSha256: string;
  decision: Decision;
}

/** A model with what it was trained on. */
export interface StoredModel extends ClauseModelWeights {
  /** Digest of how a document is cut and seen and of the rules that the model weighs; training sets it. */
  inputsSha256: string;
}

/** A model as a file has it. */
export interface ReadModel extends StoredModel {
  /** The file's checksum, in lower-case hexadecimal, which tells it from every other model. */
  sha256: string;
}

/**
 * The bytes of a file of weights, little-endian: 8 letters of magic, the length of a JSON header (32 bits) and the header, the keys, then per network
 * its embeddings (two of four bits a byte), scales and biases, and at last the SHA-256 of all that.
 */
export function encodeWeights({ keys, networks, decision, inputsSha256 }: StoredModel): Uint8Array {
  const described: Header = {
    formatVersion,
    units,
    rows: keys.length,
    networks: networks.length,
    categories: [...cuadCategories],
    inputsSha256,
    decision,
  };
  const header = Buffer.from(JSON.stringify(described));
  const headerLength = Buffer.alloc(lengthBytes);
  headerLength.writeUInt32LE(header.length);
  const parts: Uint8Array[] = [Buffer.from(magic), headerLength, header, words(keys)];
  for (const { embeddings, scales, hiddenBias, output, outputBias } of networks)
    parts.push(packed(embeddings), words(scales), words(hiddenBias), words(output), words(outputBias));
  const content = Buffer.concat(parts);
  return Buffer.concat([content, createHash('sha256').update(content).digest()]);
}

/** @throws {WeightsError} when the bytes are not what {@link encodeWeights} writes. */
export function decodeWeights(bytes: Uint8Array): ReadModel {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.subarray(0, magic.length).toString('latin1') !== magic)
    throw new WeightsError('This is not a file of weights of the clause model.');
  const content = buffer.subarray(0, -digestLength);
  const digest = buffer.subarray(-digestLength);
  if (!createHash('sha256').update(content).digest().equals(digest))
    throw new WeightsError('The weights of the clause model are damaged: their checksum is another one.');
  const headerStart = magic.length + lengthBytes;
  const headerEnd = headerStart + content.readUInt32LE(magic.length);
  const header = headerOf(content.subarray(headerStart, headerEnd).toString());
  const { rows, networks: networkCount, categories, decision, inputsSha256 } = header;
  const reader = new Reader(content, headerEnd);
  const keys = new Uint32Array(reader.take(rows * Uint32Array.BYTES_PER_ELEMENT));
  const networks = Array.from(
    { length: networkCount },
    (): NetworkWeights => ({
      embeddings: unpacked(reader.take((rows * units) / 2)),
      scales: reader.floats(rows),
      hiddenBias: reader.floats(units),
      output: reader.floats(categories.length * units),
      outputBias: reader.floats(categories.length),
    }),
  );
  reader.expectEnd();
  return { keys, networks, decision, inputsSha256, sha256: digest.toString('hex') };
}

/** The checksum has shown that the bytes are as they were written; what is left to see is whether this engine wrote them. */
function headerOf(json: string): Header {
  const header = JSON.parse(json) as Header;
  if (header.formatVersion !== formatVersion || header.units !== units)
    throw new WeightsError('The weights of the clause model are of another version. Train them anew.');
  if (header.categories.join() !== cuadCategories.join())
    throw new WeightsError('The weights of the clause model are for other categories. Train them anew.');
  const { presence, passage } = header.decision;
  if (presence.weights.length !== presenceFeatureCount || passage.weights.length !== passageFeatureCount)
    throw new WeightsError('The weights of the clause model decide on other evidence. Train them anew.');
  return header;
}

const shippedFile = new URL('./weights.bin', import.meta.url);

/** @throws {WeightsError} when the weights that are part of the engine cannot be read or used. */
export function readShippedWeights(): ReadModel {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(shippedFile);
  } catch (error) {
    throw new WeightsError('The weights of the clause model cannot be read.', { cause: error });
  }
  return decodeWeights(bytes);
}

/** The little-endian bytes of an array; the platforms that Node runs on are little-endian, and typed arrays are as the platform is. */
function words(array: Uint32Array | Float32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function packed(embeddings: Int8Array): Uint8Array {
  const bytes = new Uint8Array(embeddings.length / 2);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = ((embeddings[2 * i] ?? 0) + zeroPoint) | (((embeddings[2 * i + 1] ?? 0) + zeroPoint) << 4);
  return bytes;
}

function unpacked(buffer: ArrayBuffer): Int8Array {
  const bytes = new Uint8Array(buffer);
  const embeddings = new Int8Array(bytes.length * 2);
  for (const [index, byte] of bytes.entries()) {
    embeddings[2 * index] = (byte & 15) - zeroPoint;
    embeddings[2 * index + 1] = (byte >> 4) - zeroPoint;
  }
  return embeddings;
}

class Reader {
  readonly #content: Buffer;
  #at: number;

  constructor(content: Buffer, at: number) {
    this.#content = content;
    this.#at = at;
  }

  /** A copy, so that what is read is aligned and the file's buffer can go. */
  take(length: number): ArrayBuffer {
    const end = this.#at + length;
    if (end > this.#content.length) throw new WeightsError('The weights of the clause model are incomplete.');
    const copy = new ArrayBuffer(length);
    new Uint8Array(copy).set(this.#content.subarray(this.#at, end));
    this.#at = end;
    return copy;
  }

  floats(count: number): Float32Array {
    return new Float32Array(this.take(count * Float32Array.BYTES_PER_ELEMENT));
  }

  expectEnd(): void {
    if (this.#at !== this.#content.length) throw new WeightsError('The weights of the clause model are too long.');
  }
}
