import { describe, expect, it } from 'vitest';
import { UsageError } from '../../gateway/gateway-access.ts';
import { generatedContract } from '../../load/generated-contract.ts';
import { settingsFrom } from '../../load/settings.ts';

describe('generated contracts', () => {
  it('are the same for the same number, and others for others', () => {
    const texts = Array.from({ length: 500 }, (_, number) => generatedContract(number).text);
    expect(new Set(texts).size).toBe(500);
    expect(generatedContract(7)).toEqual(generatedContract(7));
  });

  it('are between two parties, and vary in what they provide', () => {
    const texts = Array.from({ length: 200 }, (_, number) => generatedContract(number).text);
    for (const text of texts) {
      const [, provider, customer] = /between (.+), Inc\. .* and (.+) LLC/.exec(text) ?? [];
      expect(provider).not.toBe(customer);
    }
    for (const clause of ['Assignment.', 'Exclusivity.', 'laws of Ontario', 'Supply Agreement']) {
      const having = texts.filter((text) => text.includes(clause)).length;
      expect(having).toBeGreaterThan(10);
      expect(having).toBeLessThan(190);
    }
  });
});

describe('the settings of the load', () => {
  it('have defaults, and can be given', () => {
    expect(settingsFrom([], {})).toMatchObject({ documents: 1000, from: 0, analyze: false, concurrency: 8 });
    expect(settingsFrom(['--documents', '5', '--from', '9', '--analyze', '--concurrency', '2'], {})).toMatchObject({
      documents: 5,
      from: 9,
      analyze: true,
      concurrency: 2,
    });
  });

  it.each([['--documents', '0'], ['--concurrency', 'many'], ['--everything']])('refuse %s %s', (...args) => {
    expect(() => settingsFrom(args.filter(Boolean), {})).toThrow(UsageError);
  });
});
