import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cuadCategories } from '../../../src/engine/builtin/clauses/categories.ts';
import { units } from '../../../src/engine/builtin/network/network.ts';
import { passageFeatureCount, presenceFeatureCount } from '../../../src/engine/builtin/network/presence.ts';
import {
  decodeWeights,
  encodeWeights,
  readShippedWeights,
  type StoredModel,
  WeightsError,
} from '../../../src/engine/builtin/network/weights-file.ts';
import { inputsDigest } from '../../../training/inputs-digest.ts';

const rows = 3;
const model: StoredModel = {
  keys: Uint32Array.of(5, 6, 4_000_000_000),
  networks: [1, 2].map((seed) => ({
    embeddings: Int8Array.from({ length: rows * units }, (_, index) => ((index * seed) % 15) - 7),
    scales: Float32Array.of(0.5, 1, seed),
    hiddenBias: new Float32Array(units).fill(seed),
    output: new Float32Array(cuadCategories.length * units).fill(0.25),
    outputBias: new Float32Array(cuadCategories.length).fill(-3),
  })),
  decision: {
    priorLogits: cuadCategories.map(() => -1.5),
    presence: { weights: Array.from({ length: presenceFeatureCount }, () => 0.1), bias: -2 },
    threshold: 0.4,
    passage: { weights: Array.from({ length: passageFeatureCount }, () => 0.3), bias: 1 / 3 },
    passageThreshold: 0.35,
  },
  inputsSha256: 'none',
};

/** The bytes with another header, and the checksum that belongs to them. */
function withHeader(bytes: Uint8Array, change: (header: string) => string): Uint8Array {
  const buffer = Buffer.from(bytes.subarray(0, -32));
  const length = buffer.readUInt32LE(8);
  const header = Buffer.from(change(buffer.subarray(12, 12 + length).toString()));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(header.length);
  const content = Buffer.concat([buffer.subarray(0, 8), size, header, buffer.subarray(12 + length)]);
  return Buffer.concat([content, createHash('sha256').update(content).digest()]);
}

test('what is written is what is read', () => {
  const bytes = encodeWeights(model);
  const sha256 = createHash('sha256').update(bytes.subarray(0, -32)).digest('hex');
  expect(decodeWeights(bytes)).toEqual({ ...model, sha256 });
});

describe('a file is refused that', () => {
  const bytes = encodeWeights(model);

  test('has one bit changed, wherever', () => {
    for (let at = 8; at < bytes.length; at += 997) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(() => decodeWeights(damaged), `at ${at}`).toThrow(/damaged/);
    }
  });

  test('ends too early', () => {
    for (const length of [40, 500, bytes.length - 1])
      expect(() => decodeWeights(bytes.subarray(0, length))).toThrow(WeightsError);
  });

  test('is something else', () => {
    expect(() => decodeWeights(Buffer.from('%PDF-1.7'))).toThrow(/not a file of weights/);
    expect(() => decodeWeights(new Uint8Array())).toThrow(/not a file of weights/);
  });

  test('is of another version, has other categories, or fewer numbers than it says', () => {
    const of = (change: (header: string) => string) => () => decodeWeights(withHeader(bytes, change));
    expect(of((header) => header.replace('"formatVersion":1', '"formatVersion":2'))).toThrow(/another version/);
    expect(of((header) => header.replace('Insurance', 'Assurance'))).toThrow(/other categories/);
    expect(of((header) => header.replace('"rows":3', '"rows":4'))).toThrow(/incomplete/);
    expect(of((header) => header.replace('"rows":3', '"rows":2'))).toThrow(/too long/);
    const more = presenceFeatureCount + 1;
    const weights = (count: number) => JSON.stringify(Array.from({ length: count }, () => 0.1));
    expect(of((header) => header.replace(weights(presenceFeatureCount), weights(more)))).toThrow(/other evidence/);
  });
});

describe('the weights that the engine ships with', () => {
  test('take at most 5 MB', () => {
    const file = new URL('../../../src/engine/builtin/network/weights.bin', import.meta.url);
    expect(readFileSync(file).length).toBeLessThanOrEqual(5_000_000);
  });

  test('were trained on segments, features and rules as they are now; after a change of these: npm run train', () => {
    expect(readShippedWeights().inputsSha256).toBe(inputsDigest());
  });
});
