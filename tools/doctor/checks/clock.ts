import { type Finding, ok, warning } from '../finding.ts';

const allowedSkewMs = 2000;

/**
 * Compares a server's clock with this machine's, allowing for the time the answer took.
 *
 * @param serverAt milliseconds since the epoch, as the server told between `askedAt` and `answeredAt`
 */
export function skewFinding(subject: string, serverAt: number, askedAt: number, answeredAt: number): Finding {
  const skew = serverAt < askedAt ? serverAt - askedAt : Math.max(0, serverAt - answeredAt);
  if (Math.abs(skew) <= allowedSkewMs) return ok(subject, 'Its clock agrees with that of this machine.');
  const seconds = Math.round(Math.abs(skew) / 1000);
  return warning(
    subject,
    `Its clock is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} that of this machine.`,
    'Have both kept by NTP: sessions and signatures carry times that people and programs compare.',
  );
}
