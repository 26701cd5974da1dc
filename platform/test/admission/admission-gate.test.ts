import { describe, expect, it } from 'vitest';
import { AdmissionGate, type GateOptions, type Place } from '../../src/admission/admission-gate.ts';
import { beginning, continuing, following, reading, type Work } from '../../src/admission/work.ts';
import { StatusError } from '../../src/errors.ts';
import { VirtualClock } from '../auth/virtual-clock.ts';

const fixed = (limit: number, waitingOfUser: number): GateOptions => ({
  initial: limit,
  min: limit,
  max: limit,
  waitingOfUser,
  acceptableMs: 1000,
  maxWaitMs: 500,
});

function open(limit: number, { waitingOfUser = 1 } = {}) {
  const clock = new VirtualClock();
  const gate = new AdmissionGate(fixed(limit, waitingOfUser), clock);
  const admitted: string[] = [];
  const refused: string[] = [];
  const enter = (name: string, flow = name, work: Work = reading): Place =>
    gate.enter(work, flow, (refusal) => (refusal ? refused : admitted).push(name));
  return { clock, gate, admitted, refused, enter };
}

describe('a gate', () => {
  it('lets in as many as there are places, and the next when one leaves', () => {
    const { gate, admitted, enter } = open(2);
    const first = enter('first');
    enter('second');
    const third = enter('third');
    expect(admitted).toEqual(['first', 'second']);
    expect(third.isWaiting).toBe(true);
    first.leave();
    first.leave();
    expect(admitted).toEqual(['first', 'second', 'third']);
    expect(third.isWaiting).toBe(false);
    expect([gate.inside, gate.waiting, gate.admitted, gate.shed]).toEqual([2, 0, 3, 0]);
  });

  it('refuses at once who is one too many, and says when to come again', () => {
    const { gate } = open(1);
    const refusals: (StatusError | undefined)[] = [];
    for (let count = 0; count < 3; count += 1) gate.enter(reading, 'greedy', (refusal) => refusals.push(refusal));
    const [, refusal] = refusals;
    expect(refusals).toHaveLength(2);
    expect(refusal).toBeInstanceOf(StatusError);
    expect(refusal).toMatchObject({ code: 'RESOURCE_EXHAUSTED', reason: 'OVERLOADED', retryAfterMs: 1000 });
  });

  it('lets so many of one user wait for each place as it is told, and more of all', () => {
    const { gate, refused, enter } = open(1, { waitingOfUser: 4 });
    enter('inside', 'greedy');
    for (const number of [1, 2, 3, 4, 5]) enter(`greedy ${number}`, 'greedy');
    expect(refused).toEqual(['greedy 5']);
    for (const number of [1, 2, 3, 4, 5]) enter(`other ${number}`, 'other');
    expect(refused).toEqual(['greedy 5', 'other 5']);
    expect(gate.waiting).toBe(8);
  });

  it('refuses at once who would have waited too long, but for one for each place', () => {
    const { clock, gate, refused, enter } = open(2, { waitingOfUser: 8 });
    const inside = [enter('inside', 'user'), enter('inside', 'user')];
    for (let count = 0; count < 16; count += 1) enter('early', 'user');
    for (const place of inside) place.leave();
    expect([gate.admitted, gate.waiting, refused.length]).toEqual([4, 14, 0]);
    // Four in 400 ms, so there will be five in the 500 ms that anybody waits.
    clock.pass(400);
    gate.adapt(0);
    enter('late', 'user');
    expect(refused).toEqual(['late']);
    clock.pass(200);
    gate.adapt(0);
    expect(gate.waiting).toBe(0);
    for (let count = 0; count < 6; count += 1) enter('later', 'user');
    expect(gate.waiting).toBe(5);
  });

  it('gives each user a turn, however many of another wait', () => {
    const { admitted, enter } = open(4);
    const inside = [1, 2, 3, 4].map((number) => enter(`inside ${number}`, 'greedy'));
    for (const number of [1, 2, 3, 4]) enter(`greedy ${number}`, 'greedy');
    enter('modest', 'modest');
    for (const place of inside) place.leave();
    expect(admitted.slice(4)).toEqual(['greedy 1', 'modest', 'greedy 2', 'greedy 3']);
  });

  it('has room for who has nothing waiting, at the cost of who has most', () => {
    const { gate, admitted, refused, enter } = open(2);
    const inside = [enter('a', 'greedy'), enter('b', 'greedy')];
    for (const flow of [1, 2, 3, 4, 5, 6, 7, 8]) for (const turn of [1, 2]) enter(`${flow}.${turn}`, `user ${flow}`);
    expect(gate.waiting).toBe(16);
    enter('newcomer', 'newcomer');
    expect(refused).toEqual(['1.2']);
    for (const place of inside) place.leave();
    expect(admitted).not.toContain('1.2');
    expect(gate.waiting).toBe(14);
  });

  it('lets what completes other work go first among the work of its user, and wait in greater number', () => {
    const { admitted, refused, enter } = open(1);
    const inside = enter('upload 1', 'user', beginning);
    enter('upload 2', 'user', beginning);
    enter('upload 3', 'user', beginning);
    enter('review 1', 'user', continuing);
    expect(refused).toEqual(['upload 3']);
    inside.leave();
    expect(admitted).toEqual(['upload 1', 'review 1']);
  });

  it('forgets who leaves before their turn', () => {
    const { admitted, refused, gate, enter } = open(1);
    const inside = enter('inside');
    enter('gone').leave();
    inside.leave();
    expect([admitted, refused, gate.waiting]).toEqual([['inside'], [], 0]);
  });

  it('refuses who has waited too long', () => {
    const { clock, gate, refused, enter } = open(1);
    enter('inside');
    enter('waiting');
    clock.pass(499);
    gate.adapt(0);
    expect(refused).toEqual([]);
    clock.pass(2);
    gate.adapt(0);
    expect(refused).toEqual(['waiting']);
  });

  it('takes back the place of who stays for long, so that a slow line keeps nobody out', () => {
    const { clock, gate, admitted, enter } = open(1);
    const slow = enter('slow');
    clock.pass(9800);
    enter('next');
    clock.pass(300);
    gate.adapt(0);
    expect(admitted).toEqual(['slow', 'next']);
    slow.leave();
    expect(gate.inside).toBe(1);
  });

  it('keeps no place for what goes on for as long as its caller likes', () => {
    const { gate, admitted, enter } = open(1);
    enter('stream', 'user', following);
    enter('another', 'user', following);
    expect(admitted).toEqual(['stream', 'another']);
    expect(gate.inside).toBe(0);
  });
});

it('letting one in and out costs a few microseconds at most', () => {
  const gate = new AdmissionGate(fixed(100, 1));
  const rounds = 50_000;
  const startedAt = performance.now();
  for (let round = 0; round < rounds; round += 1) gate.enter(reading, 'user', () => undefined).leave();
  // Ten times what it takes, for machines that do other things as well.
  expect((performance.now() - startedAt) / rounds).toBeLessThan(0.02);
});
