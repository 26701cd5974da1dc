import { describe, expect, it } from 'vitest';
import { check, truth } from '../../faults/checker.ts';
import type { Effect, Operation, Outcome } from '../../faults/history.ts';

const document = 'document:1';

interface Line {
  from: number;
  to: number;
  outcome?: Outcome;
  via?: string;
  effects: readonly Effect[];
}

function line({ from, to, outcome = 'ok', via = 'gateway 0', effects }: Line): Operation {
  return { kind: 'hand-written', via, invokedAt: from, answeredAt: to, outcome, effects };
}

const wrote = (version: number, value = `v${version}`): Effect => ({
  object: document,
  action: 'write',
  state: { version, value },
});
const tried = (value: string): Effect => ({ object: document, action: 'write', state: { value } });
const saw = (version: number, value = `v${version}`): Effect => ({
  object: document,
  action: 'read',
  state: { version, value },
});
const missed: Effect = { object: document, action: 'read' };
const removed: Effect = { object: document, action: 'remove' };

const created = line({ from: 0, to: 1, effects: [wrote(1)] });
const rulesOf = (...operations: Operation[]) => check([created, ...operations]).map(({ rule }) => rule);

describe('a read', () => {
  it('that began after an acknowledgement has to show that write', () => {
    const write = line({ from: 2, to: 3, effects: [wrote(2)] });
    const stale = line({ from: 4, to: 5, effects: [saw(1)] });
    const [violation] = check([created, write, stale]);
    expect(violation).toEqual({ rule: 'stale read', object: document, evidence: [write, stale] });
  });

  it('or a later one', () => {
    expect(rulesOf(line({ from: 2, to: 3, effects: [wrote(2)] }), line({ from: 4, to: 5, effects: [saw(2)] }))).toEqual(
      [],
    );
    expect(
      rulesOf(
        line({ from: 2, to: 3, effects: [wrote(2)] }),
        line({ from: 3.5, to: 6, effects: [wrote(3)] }),
        line({ from: 4, to: 5, effects: [saw(3)] }),
      ),
    ).toEqual([]);
  });

  it('that began before the acknowledgement may show either, even after another has seen the new value', () => {
    expect(
      rulesOf(
        line({ from: 2, to: 9, effects: [wrote(2)] }),
        line({ from: 3, to: 4, effects: [saw(2)] }),
        line({ from: 5, to: 6, effects: [saw(1)] }),
      ),
    ).toEqual([]);
  });

  it('is bound by what was acknowledged, not by what was sent later and overtaken', () => {
    expect(
      rulesOf(
        line({ from: 2, to: 8, effects: [wrote(2)] }),
        line({ from: 3, to: 4, effects: [wrote(3)] }),
        line({ from: 9, to: 10, effects: [saw(2)] }),
      ),
    ).toEqual(['stale read']);
  });

  it('may or may not show a write of unknown outcome, at once or later', () => {
    const unknown = line({ from: 2, to: 3, outcome: 'unknown', effects: [tried('x')] });
    expect(rulesOf(unknown, line({ from: 4, to: 5, effects: [saw(1)] }))).toEqual([]);
    expect(rulesOf(unknown, line({ from: 4, to: 5, effects: [saw(2, 'x')] }))).toEqual([]);
  });

  it('must not show what nobody wrote, nor another value than the write of that version', () => {
    expect(rulesOf(line({ from: 4, to: 5, effects: [saw(2, 'garbage')] }))).toEqual(['wrong value']);
    const write = line({ from: 2, to: 3, effects: [wrote(2)] });
    expect(rulesOf(write, line({ from: 4, to: 5, effects: [saw(2, 'v1')] }))).toEqual(['wrong value']);
  });

  it('of a thing whose creation was not told is not judged', () => {
    const other: Effect = { object: 'document:2', action: 'read', state: { version: 1, value: 'x' } };
    expect(rulesOf(line({ from: 2, to: 3, effects: [other] }))).toEqual([]);
  });

  it('from PostgreSQL that lacks an acknowledged write shows that it was lost', () => {
    const write = line({ from: 2, to: 3, effects: [wrote(2)] });
    expect(rulesOf(write, line({ from: 4, to: 4, via: truth, effects: [saw(1)] }))).toEqual(['lost write']);
    expect(rulesOf(line({ from: 4, to: 4, via: truth, effects: [missed] }))).toEqual(['lost write']);
  });
});

describe('two writes', () => {
  it('that were given the same version are one lost', () => {
    expect(
      rulesOf(line({ from: 2, to: 3, effects: [wrote(2, 'x')] }), line({ from: 2, to: 4, effects: [wrote(2, 'y')] })),
    ).toEqual(['wrong value']);
  });
});

describe('something that was removed', () => {
  const removal = line({ from: 2, to: 5, effects: [removed] });

  it('is never seen after the acknowledgement', () => {
    expect(rulesOf(removal, line({ from: 6, to: 7, effects: [missed] }))).toEqual([]);
    expect(rulesOf(removal, line({ from: 6, to: 7, effects: [saw(1)] }))).toEqual(['came back']);
  });

  it('may be seen or not while the removal is under way, or if its outcome is unknown', () => {
    const unknown = line({ from: 2, to: 5, outcome: 'unknown', effects: [removed] });
    for (const each of [removal, unknown]) {
      expect(rulesOf(each, line({ from: 3, to: 4, effects: [saw(1)] }))).toEqual([]);
      expect(rulesOf(each, line({ from: 3, to: 4, effects: [missed] }))).toEqual([]);
    }
    expect(rulesOf(unknown, line({ from: 6, to: 7, effects: [saw(1)] }))).toEqual([]);
  });

  it('has to be there if nobody tried to remove it, or was refused', () => {
    expect(rulesOf(line({ from: 2, to: 3, effects: [missed] }))).toEqual(['vanished']);
    const refused = line({ from: 2, to: 3, outcome: 'refused', effects: [removed] });
    expect(rulesOf(refused, line({ from: 4, to: 5, effects: [missed] }))).toEqual(['vanished']);
  });
});

describe('a thing that shows no version', () => {
  const latest = (action: 'read' | 'write', value: string, version?: number): Effect => ({
    object: 'latest',
    action,
    state: { value, ...(version === undefined ? {} : { version }) },
  });

  it('is judged by the version of the write of that value', () => {
    const history = [
      line({ from: 0, to: 1, effects: [latest('write', 'a', 1)] }),
      line({ from: 2, to: 3, effects: [latest('write', 'b', 2)] }),
      line({ from: 4, to: 5, effects: [latest('read', 'b')] }),
      line({ from: 6, to: 7, effects: [latest('read', 'a')] }),
    ];
    expect(check(history).map(({ rule, evidence }) => [rule, evidence.at(-1)?.invokedAt])).toEqual([['stale read', 6]]);
  });
});
