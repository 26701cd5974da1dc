import { Ajv2020 } from 'ajv/dist/2020.js';
import fc, { type Arbitrary } from 'fast-check';
import type { Actor, Cast } from '../cast.ts';
import { ForbiddenOutcome, type Target } from '../target.ts';
import { hostileRequests } from './hostile.ts';
import { judgeAnswer } from './judge.ts';
import { nearlyWellFormedRequests } from './nearly-well-formed.ts';
import { sendRaw } from './raw-http.ts';
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
        sent += 1;
        const port = ports[sent % ports.length] as number;
        const raw = rawRequestOf(request, {
          authorization: cast.authorizationOf(request.as),
          idFor: (noun, whose, index) => cast.idFor(request.as, noun, whose, index),
        });
        const answer = await sendRaw(port, raw);
        if (answer === 'timeout') {
          if (request.mayGoUnanswered) return 'no answer';
          throw new ForbiddenOutcome('no answer in time');
        }
        if (answer === undefined) {
          if (request.mayGoUnanswered || request.hangUpAfter !== undefined) return 'closed';
          throw new ForbiddenOutcome('the connection ended without an answer');
        }
        judgeAnswer(route, answer, {
          problem,
          sent: raw.head + Buffer.from(raw.body).toString(),
          reachesRoute: reachesRoute(route, request),
        });
        return String(answer.status);
      },
    };
  });
}

/** Whether the request's path is one of the route's, and no other route's. */
function reachesRoute({ method, path }: Route, request: RestRequest): boolean {
  const pattern = path.replaceAll(/\{[^}]+\}/g, '[^/?#]+').replaceAll('.', '\\.');
  return request.method === method && new RegExp(`^${pattern}(\\?|$)`).test(request.target) && !request.mayGoUnanswered;
}
