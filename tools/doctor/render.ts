import type { Finding } from './finding.ts';

const marks: Record<Finding['level'], string> = { ok: 'ok     ', warning: 'WARNING', fault: 'FAULT  ' };

/** One line for each finding and one for what to do; faults stand last, where they are seen. */
export function textOf(findings: readonly Finding[]): string {
  const order: readonly Finding['level'][] = ['ok', 'warning', 'fault'];
  const lines = findings
    .toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
    .flatMap(({ level, subject, message, remedy }) => [
      `${marks[level]}  ${subject}: ${message}`,
      ...(remedy === undefined ? [] : [`           ${remedy}`]),
    ]);
  const faults = findings.filter(({ level }) => level === 'fault').length;
  const summary = faults === 0 ? 'Nothing keeps the system from working.' : `${faults} to be put right.`;
  return [...lines, '', summary].join('\n');
}
