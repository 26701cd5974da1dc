/** Half of the values are above it, half below. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2;
}

/**
 * The z statistic of the Mann-Whitney U test (the Wilcoxon rank-sum test), by the normal approximation, for samples of
 * 20 and more: how many standard deviations the ranks of `a` are from those of two samples of one distribution. It asks
 * nothing of the shape of that distribution. |z| > 3.29 has a probability of 0.001 then.
 */
export function rankSumZ(a: readonly number[], b: readonly number[]): number {
  const ranked = [...a.map((value) => ({ value, isA: true })), ...b.map((value) => ({ value, isA: false }))].sort(
    (one, other) => one.value - other.value,
  );
  let rankSum = 0;
  for (let from = 0; from < ranked.length; ) {
    let until = from + 1;
    while (ranked[until]?.value === ranked[from]?.value) until += 1;
    // Equal values share the mean of their ranks, which begin at 1.
    const rank = (from + 1 + until) / 2;
    for (const { isA } of ranked.slice(from, until)) rankSum += isA ? rank : 0;
    from = until;
  }
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const mean = (a.length * b.length) / 2;
  return (u - mean) / Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12);
}
