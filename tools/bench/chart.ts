import { type Subject, subjects } from './scenarios.ts';
import type { Row } from './summary.ts';

const colors: Record<Subject, string> = {
  system: '#2b6cb0',
  'bare chain': '#a0aec0',
  'bare hit': '#cbd5e0',
  monolith: '#dd6b20',
};
const width = 860;
const left = 150;
const barHeight = 14;
const groupHeight = subjects.length * barHeight + 18;
const top = 60;

/** Answers a second of every scenario as horizontal bars, for one number of connections. */
export function chartOf(rows: readonly Row[], connections: number): string {
  const shown = rows.filter((row) => row.connections === connections);
  const most = Math.max(...shown.flatMap(({ perSecond }) => Object.values(perSecond)));
  const scale = (width - left - 80) / most;
  const groups = shown.map(({ scenario, perSecond }, index) => {
    const y = top + index * groupHeight;
    const bars = subjects.map((subject, place) => {
      const barY = y + place * barHeight;
      const value = perSecond[subject];
      if (value === undefined) return '';
      const length = (value * scale).toFixed(1);
      return (
        `<rect x="${left}" y="${barY}" width="${length}" height="${barHeight - 3}" fill="${colors[subject]}"/>` +
        `<text x="${left + Number(length) + 6}" y="${barY + 10}">${Math.round(value)}</text>`
      );
    });
    return `<text x="${left - 10}" y="${y + 29}" text-anchor="end" font-weight="bold">${scenario}</text>${bars.join('')}`;
  });
  const legend = subjects.map(
    (subject, index) =>
      `<rect x="${left + index * 130}" y="32" width="11" height="11" fill="${colors[subject]}"/>` +
      `<text x="${left + index * 130 + 16}" y="42">${subject}</text>`,
  );
  const height = top + shown.length * groupHeight + 10;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<title>Answers a second of each scenario, with ${connections} connections</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${left}" y="20" font-size="14">Answers a second with ${connections} connections</text>`,
    ...legend,
    ...groups,
    '</svg>\n',
  ].join('\n');
}
