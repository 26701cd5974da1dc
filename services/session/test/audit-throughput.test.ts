import { expect, it } from 'vitest';
import { openAuditStack } from './audit-stack.ts';
import { deliveredEvent } from './stores.ts';

/** `AUDIT_EVENTS=50000 npm test -- audit-throughput` is the long form. */
const events = Number(process.env.AUDIT_EVENTS ?? 2000);
const batch = 500;

it(`the log takes in ${events} events, in batches as outboxes deliver them, at 500 a second or more`, async () => {
  await using log = await openAuditStack();
  const startedAt = performance.now();
  let taken = 0;
  // Two services at once: they take turns at the lock.
  const deliver = async () => {
    while (taken < events) {
      taken += batch;
      await log.store.append(
        Array.from({ length: batch }, (_, index) =>
          deliveredEvent({ userId: `user-${index}`, documentId: `document-${index}`, details: { size_bytes: index } }),
        ),
      );
    }
  };
  await Promise.all([deliver(), deliver()]);
  const perSecond = taken / ((performance.now() - startedAt) / 1000);
  console.log(`${Math.round(perSecond)} entries/s`);
  const verifyingAt = performance.now();
  const verdict = await log.exports.check();
  console.log(`verified ${Math.round(verdict.checked / ((performance.now() - verifyingAt) / 1000))} entries/s`);
  expect(verdict.fault).toBeUndefined();
  expect(verdict.size).toBe(taken + 1);
  expect(perSecond).toBeGreaterThan(500);
}, 600_000);
