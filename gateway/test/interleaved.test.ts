import { expect, it } from 'vitest';
import { interleaved } from '../src/interleaved.ts';

async function* every(ms: number, ...items: string[]): AsyncGenerator<string> {
  for (const item of items) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    yield item;
  }
}

it('tells what each stream tells, in its order, without waiting for the others', async () => {
  const last = Promise.withResolvers<void>();
  async function* late() {
    await last.promise;
    yield* every(1, 'a', 'b', 'c');
  }
  const told: string[] = [];
  for await (const item of interleaved([late(), every(1, 'x', 'y', 'z')])) {
    told.push(item);
    if (item === 'z') last.resolve();
  }
  expect(told).toEqual(['x', 'y', 'z', 'a', 'b', 'c']);
  expect(await Array.fromAsync(interleaved([]))).toEqual([]);
});

it('fails with the first that fails, and leaves the others', async () => {
  let isLeft = false;
  async function* endless() {
    try {
      for (;;) yield* every(1, 'x');
    } finally {
      isLeft = true;
    }
  }
  async function* failing() {
    yield* every(20, 'a');
    throw new Error('broken');
  }
  await expect(Array.fromAsync(interleaved([endless(), failing()]))).rejects.toThrow('broken');
  expect(isLeft).toBe(true);
});
