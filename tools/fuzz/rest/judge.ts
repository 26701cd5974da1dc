import { leakIn } from '../leaks.ts';
import { ForbiddenOutcome } from '../target.ts';
import type { RawAnswer } from './raw-http.ts';
import type { Route } from './routes.ts';

/**
 * What any request may be answered whatever its route: HTTP itself is broken, or the path leads to another route or
 * nowhere. The OpenAPI document speaks of requests that reach a route.
 */
const statusesBesideRoutes: ReadonlySet<number> = new Set([404, 405, 408, 413, 414, 415, 417, 431]);

/** @throws {ForbiddenOutcome} */
export function judgeAnswer(
  route: Route,
  answer: RawAnswer,
  { problem, sent, reachesRoute }: { problem: (body: unknown) => boolean; sent: string; reachesRoute: boolean },
): void {
  const { status, headers, body } = answer;
  const forbid = (what: string): never => {
    throw new ForbiddenOutcome(`${status}: ${what}; answered ${body.subarray(0, 500).toString()}`);
  };
  if (!(status >= 200 && status < 500)) forbid('a status that is never allowed here');
  const text = `${[...headers].map(([name, value]) => `${name}: ${value}`).join('\n')}\n\n${body.toString()}`;
  const leak = leakIn(text, sent);
  if (leak !== undefined) forbid(`leaks ${leak}`);
  if (headers.get('x-content-type-options') !== 'nosniff') forbid('without nosniff');

  const mediaType = headers.get('content-type')?.split(';', 1)[0] ?? '';
  if (status >= 400) {
    if (mediaType !== 'application/problem+json') forbid(`a failure that is ${mediaType} and no problem`);
    if (body.length > 0 && !problem(jsonOf(body, forbid))) forbid('no problem of RFC 9457');
  }
  if (!reachesRoute) return;
  const declared = route.answers.get(status);
  if (!declared) {
    if (!statusesBesideRoutes.has(status)) forbid('a status that the OpenAPI document does not name');
    return;
  }
  if (answer.isOpenEnded) return;
  if (body.length > 0 && declared.mediaTypes.length > 0 && !isAmong(mediaType, declared.mediaTypes)) {
    forbid(`${mediaType}, where the OpenAPI document names ${declared.mediaTypes.join(', ')}`);
  }
  if (body.length > 0 && declared.mediaTypes.length === 0) forbid('a body, where the OpenAPI document names none');
  if (declared.validate && !declared.validate(jsonOf(body, forbid))) {
    forbid(`not as the OpenAPI document says: ${JSON.stringify(declared.validate.errors?.[0])}`);
  }
}

function isAmong(mediaType: string, declared: readonly string[]): boolean {
  return declared.some(
    (each) => each === mediaType || each === '*/*' || (each.endsWith('/*') && mediaType.startsWith(each.slice(0, -1))),
  );
}

function jsonOf(body: Buffer, forbid: (what: string) => never): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return forbid('not well-formed JSON');
  }
}
