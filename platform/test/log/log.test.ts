import { Writable } from 'node:stream';
import { DatabaseError } from 'pg';
import { expect, it } from 'vitest';
import { createLogger } from '../../src/log.ts';

it('an error of a store is logged without the content that it carries', () => {
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const refused = new DatabaseError('new row violates check constraint', 0, 'error');
  refused.detail = 'Failing row contains (THE CONTRACT).';
  const reply = Object.assign(new Error('OOM'), { command: { name: 'set', args: ['document:1', 'THE CONTRACT'] } });
  const logger = createLogger({ service: 'test', level: 'debug', destination });
  logger.error({ err: refused }, 'call failed');
  logger.error({ err: reply }, 'call failed');
  expect(lines).toHaveLength(2);
  expect(lines.join('')).toContain('violates check constraint');
  expect(lines.join('')).not.toContain('THE CONTRACT');
});
