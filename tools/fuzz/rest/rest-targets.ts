import { Ajv2020 } from 'ajv/dist/2020.js';
import fc, { type Arbitrary } from 'fast-check';
import type { Actor, Cast } from '../cast.ts';
import { patiently } from '../patience.ts';
import { ForbiddenOutcome, type Target } from '../target.ts';
import { hostileRequests } from './hostile.ts';
import { judgeAnswer } from './judge.ts';
import { nearlyWellFormedRequests } from './nearly-well-formed.ts';
import { inVain, sendRaw } from './raw-http.ts';
import { type RestRequest, rawRequestOf } from './rest-request.ts';
import { type OpenApiDocument, type Route, routesOf } from './routes.ts';
import { wellFormedRequests } from './well-formed.ts';

const actors: Arbitrary<Actor> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Actor>('user') },
  { weight: 5, arbitrary: fc.constant<Actor>('admin') },
  { weight: 1, arbitrary: fc.constantFrom<Actor>('nobody', 'forged', 'expendable') },
);
/** What ends the sessions of the one who calls it. */
const endsOwnSessions = /^(DELETE \/api\/sessions|POST \/api\/password)$/;
const expendable = fc.constantFrom<Actor>('expendable', 'nobody', 'forged');

/** @param ports of the gateways, which are asked in turn */
export function restTargets(document: OpenApiDocument, ports: readonly number[], cast: Cast): Target<RestRequest>[] {
  const problem = new Ajv2020({ strict: false }).compile({ ...document.components.schemas.Problem });
  let sent = 0;
  return routesOf(document).map((route) => {
    const wellFormed = wellFormedRequests(route, endsOwnSessions.test(route.name) ? expendable : actors);
    return {
      name: route.name,
      side: 'rest',
      requests: {
        'well-formed': wellFormed,
        'nearly well-formed': nearlyWellFormedRequests(route, wellFormed),
        hostile: hostileRequests(route, wellFormed),
      },
      attempt: async (request) => {
        const raw = rawRequestOf(request, {
          authorization: cast.authorizationOf(request.as),
          idFor: (noun, whose, index) => cast.idFor(request.as, noun, whose, index),
        });
        return patiently(async () => {
          sent += 1;
          const answer = await sendRaw(ports[sent % ports.length] as number, raw);
          if (typeof answer === 'object') {
            if (answer.status === 503 && answer.headers.has('retry-after')) return undefined;
            judgeAnswer(route, answer, {
              problem,
              sent: raw.head + Buffer.from(raw.body).toString(),
              reachesRoute: reachesRoute(route, request),
            });
            return String(answer.status);
          }
          if (request.mayGoUnanswered || request.hangUpAfter !== undefined) return 'no answer';
          if (answer === inVain) return undefined;
          throw new ForbiddenOutcome(answer);
        });
      },
    };
  });
}

/** Whether the request's path is one of the route's, and no other route's. */
function reachesRoute({ method, path }: Route, request: RestRequest): boolean {
  const pattern = path.replaceAll(/\{[^}]+\}/g, '[^/?#]+').replaceAll('.', '\\.');
  return request.method === method && new RegExp(`^${pattern}(\\?|$)`).test(request.target) && !request.mayGoUnanswered;
}
