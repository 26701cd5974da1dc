import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AuditStack, administrator, openAuditStack } from './audit-stack.ts';

let log: AuditStack;
beforeAll(async () => {
  log = await openAuditStack();
});
afterAll(() => log[Symbol.asyncDispose]());

const busy = { kind: 'audit_log_busy', retryAfterMs: expect.any(Number) };

it('two verify the log at once, and who comes third is told to come again', async () => {
  const running = [log.exports.verify(administrator), log.exports.verify(administrator)];
  await expect(log.exports.verify(administrator)).rejects.toMatchObject(busy);
  await expect(log.retention.seal(administrator, { sealedSize: 0, rootHash: '', sha256: '' })).rejects.toMatchObject(
    busy,
  );
  await Promise.all(running);
  expect((await log.exports.verify(administrator)).fault).toBeUndefined();
});

it('two export it at once, whole or in part, also when one that was begun is left', async () => {
  const open = [log.exports.export(administrator), log.exports.export(administrator, new Date())];
  for (const each of open) await each.next();
  await expect(log.exports.export(administrator).next()).rejects.toMatchObject(busy);
  await expect(log.exports.verify(administrator)).resolves.toBeDefined();
  await open[0]?.return(undefined);
  await expect(log.exports.export(administrator).next()).resolves.toMatchObject({ done: false });
});
