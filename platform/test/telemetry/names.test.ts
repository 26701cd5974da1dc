import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { expect, it } from 'vitest';
import { attributes, metrics, spans } from '../../src/telemetry/names.ts';

const known = new Set<unknown>(Object.values(conventions));
const own = 'contract_reviewer';

it.each(Object.values(attributes))('%s is an attribute of the conventions, or says that it is ours', (name) => {
  expect(known.has(name) || name.startsWith(`${own}.`)).toBe(true);
});

it.each(Object.values(metrics))('$name is a metric of the conventions, or says that it is ours', ({ name }) => {
  const convention = name.replace(/_(seconds|total)$/, '');
  const names = [...known].map((each) => String(each).replaceAll('.', '_'));
  expect(names.includes(convention) || name.startsWith(`${own}_`)).toBe(true);
});

it('names each attribute of a span once, and those that a name is made of among them', () => {
  for (const { name, attributes: keys } of Object.values(spans)) {
    const names: string[] = keys.map((key) => attributes[key]);
    expect(new Set(names).size).toBe(names.length);
    for (const [, part] of name.matchAll(/\{([^}]+)\}/g)) expect(names).toContain(part);
  }
});
