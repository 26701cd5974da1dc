import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/json/canonical-json.ts';

describe('canonical JSON', () => {
  it('is what RFC 8785 shows in section 3.2', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts names by code units, as RFC 8785 does in section 3.2.3', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect(canonicalJson(value).match(/:\d/g)?.join('')).toBe(':2:4:6:7:1:5:3');
  });

  it('leaves out what is undefined, and refuses what is not JSON', () => {
    expect(canonicalJson({ b: undefined, a: [undefined] })).toBe('{"a":[null]}');
    for (const value of [1n, Number.NaN, () => 1]) expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});
