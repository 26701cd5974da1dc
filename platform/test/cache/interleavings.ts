/**
 * Every order in which actors can take their steps, as indices of actors.
 *
 * @param steps how many steps each actor takes
 */
export function* interleavings(steps: readonly number[]): Generator<number[]> {
  if (steps.every((left) => left === 0)) yield [];
  for (const [actor, left] of steps.entries()) {
    if (left === 0) continue;
    for (const rest of interleavings(steps.with(actor, left - 1))) yield [actor, ...rest];
  }
}
