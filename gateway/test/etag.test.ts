import { describe, expect, it } from 'vitest';
import { expectedVersion, versionTag } from '../src/http/etag.ts';

describe('If-Match', () => {
  it('asks for the version that the ETag stands for', () => {
    expect(expectedVersion(versionTag(7))).toBe(7);
  });

  it('asks for no version when it is absent or matches anything', () => {
    expect(expectedVersion(undefined)).toBeUndefined();
    expect(expectedVersion('*')).toBeUndefined();
  });

  it.each(['"abc"', 'W/"7"', '7', ''])('fails for %j, which is no version that ever was', (value) => {
    expect(() => expectedVersion(value)).toThrow(expect.objectContaining({ code: 'ABORTED' }));
  });

  it('takes one tag only', () => {
    expect(() => expectedVersion('"1", "2"')).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});
