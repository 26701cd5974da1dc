import type { MonotonicMs } from '@contract-reviewer/platform/clock';
import { expect, it } from 'vitest';
import { RememberedAccess } from '../src/documents/remembered-access.ts';
import type { DocumentId } from '../src/domain/analysis.ts';

const document = 'd' as DocumentId;

function remembering() {
  let now = 0;
  let asked = 0;
  const access = new RememberedAccess({ now: () => now as MonotonicMs, sleep: async () => undefined });
  return {
    /** Asks for access; the answer takes `takesMs` to come. @returns whether the owner was asked */
    async require({ validForMs = 500, takesMs = 0, documentId = document, assertion = 'a' }) {
      const before = asked;
      await access.require(documentId, assertion, async () => {
        asked += 1;
        now += takesMs;
        return validForMs;
      });
      return asked > before;
    },
    refuse: () => access.require(document, 'a', () => Promise.reject(new Error('no'))),
    pass: (ms: number) => (now += ms),
  };
}

it('an answer holds for as long as it says, from when it was asked for and not from when it came', async () => {
  const owner = remembering();
  expect(await owner.require({ takesMs: 200 })).toBe(true);
  owner.pass(299);
  expect(await owner.require({})).toBe(false);
  owner.pass(1);
  expect(await owner.require({})).toBe(true);
});

it('what may not be relied upon is asked for each time', async () => {
  const owner = remembering();
  expect(await owner.require({ validForMs: 0 })).toBe(true);
  expect(await owner.require({ validForMs: 0 })).toBe(true);
});

it('is of that document and that caller alone', async () => {
  const owner = remembering();
  await owner.require({});
  expect(await owner.require({ assertion: 'b' })).toBe(true);
  expect(await owner.require({ documentId: 'e' as DocumentId })).toBe(true);
});

it('a refusal is passed on and not remembered', async () => {
  const owner = remembering();
  await expect(owner.refuse()).rejects.toThrow('no');
  expect(await owner.require({})).toBe(true);
  owner.pass(600);
  await expect(owner.refuse()).rejects.toThrow('no');
  expect(await owner.require({})).toBe(true);
});
