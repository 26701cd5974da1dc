import { describe, expect, it } from 'vitest';
import { spanContextIn } from '../../src/telemetry/trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

describe('a traceparent', () => {
  it('names the span of the caller, and whether that is recorded', () => {
    const span = { traceId, spanId, isRemote: true };
    expect(spanContextIn(`00-${traceId}-${spanId}-01`)).toEqual({ ...span, traceFlags: 1 });
    expect(spanContextIn(`00-${traceId}-${spanId}-00`)).toEqual({ ...span, traceFlags: 0 });
  });

  it('of a later version is read as far as it is known', () => {
    expect(spanContextIn(`01-${traceId}-${spanId}-03-more`)).toMatchObject({ traceId, spanId, traceFlags: 1 });
  });

  it.each([
    undefined,
    '',
    'nonsense',
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`,
  ])('that is %s names none', (text) => {
    expect(spanContextIn(text)).toBeUndefined();
  });
});
