import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { auditEventTypes, outcomeOf } from '../../src/audit/audit-event-types.ts';

it('docs/audit-log.md has a row for each type of event, as the registry has it', async () => {
  const text = await readFile(new URL('../../../docs/audit-log.md', import.meta.url), 'utf8');
  const section = text.slice(text.indexOf('## What is recorded'), text.indexOf('## How it is kept'));
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const expected = Object.entries(auditEventTypes).map(([type, { services, outcome, when, details }]) => {
    const names = details.map((name) => `\`${name}\``).join(', ');
    return `| \`${type}\` | ${services.join(', ')} | ${outcome} | ${when} | ${names} |`;
  });
  expect(rows).toEqual(expected);
});

it('an event of a type that this release does not know was allowed', () => {
  expect(outcomeOf('of_tomorrow')).toBe('allowed');
  expect(outcomeOf('login_failed')).toBe('denied');
});
