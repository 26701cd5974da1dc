import type { Counts, ServiceReport } from './consistency-client.ts';

export function faultyIn({ stale, orphaned, undecodable, dangling }: Counts): number {
  return stale + orphaned + undecodable + dangling;
}

/** What a check found, as lines for people. */
export function renderReports(reports: readonly ServiceReport[]): string[] {
  return reports.flatMap(({ service, status, detail, families, findings }) => [
    ...(status === 'checked' ? [] : [`${service}: could not be checked. ${detail ?? ''}`.trimEnd()]),
    ...families.map(renderCounts),
    ...findings.map(({ fault, key }) => `  ${fault.padEnd('undecodable'.length)}  ${key}`),
    ...renderUntold(families, findings.length),
  ]);
}

function renderCounts(counts: Counts): string {
  const { family, checked, leftovers, repaired } = counts;
  const faulty = faultyIn(counts);
  const leftOver = leftovers === 0 ? '' : `, ${leftovers} left over`;
  const outcome = faulty === 0 ? 'agree' : `${faulty} faulty${repaired === 0 ? '' : `, ${repaired} removed`}`;
  return `${family}: ${checked} checked${leftOver}, ${outcome}`;
}

function renderUntold(families: readonly Counts[], told: number): string[] {
  const untold = families.reduce((sum, counts) => sum + faultyIn(counts), 0) - told;
  return untold > 0 ? [`  ... and ${untold} more`] : [];
}
