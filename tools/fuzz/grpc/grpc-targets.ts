import type { DescMethod } from '@bufbuild/protobuf';
import { statusCodes } from '@contract-reviewer/platform/errors';
import fc, { type Arbitrary } from 'fast-check';
import type { Actor, Cast } from '../cast.ts';
import { patiently } from '../patience.ts';
import type { Target } from '../target.ts';
import { methodsOf, pathOf, readDescriptors } from './descriptors.ts';
import { type GrpcRequest, rawCallOf } from './grpc-request.ts';
import { hostileCalls } from './hostile.ts';
import { judgeOutcome } from './judge.ts';
import { messagesOf, streamsOf, type Vocabulary } from './messages.ts';
import { nearlyWellFormedCalls } from './nearly-well-formed.ts';
import { call } from './raw-call.ts';

const actors: Arbitrary<Actor> = fc.oneof(
  { weight: 10, arbitrary: fc.constant<Actor>('user') },
  { weight: 5, arbitrary: fc.constant<Actor>('admin') },
  { weight: 4, arbitrary: fc.constant<Actor>('service') },
  { weight: 1, arbitrary: fc.constantFrom<Actor>('nobody', 'forged', 'expendable') },
);
/** What ends the sessions of the one who calls it. */
const endsOwnSessions = /SessionService\/(RevokeAllSessions|ChangePassword)$/;
const expendable = fc.constantFrom<Actor>('expendable', 'nobody', 'forged');

/** @param ports on which services listen; each method is called wherever it is served */
export async function grpcTargets(
  ports: readonly number[],
  vocabulary: Vocabulary,
  cast: Cast,
): Promise<Target<GrpcRequest>[]> {
  const targets: Target<GrpcRequest>[] = [];
  for (const method of methodsOf(readDescriptors())) {
    const path = pathOf(method);
    const serving = await portsServing(path, ports);
    if (serving.length === 0) throw new Error(`nobody serves ${path}`);
    const wellFormed = wellFormedCalls(method, vocabulary, endsOwnSessions.test(path) ? expendable : actors);
    let sent = 0;
    targets.push({
      name: path.replace(/^\/contractreviewer\./, '').replace(/^\//, ''),
      side: 'grpc',
      requests: {
        'well-formed': wellFormed,
        'nearly well-formed': nearlyWellFormedCalls(method, wellFormed),
        hostile: hostileCalls(method, wellFormed),
      },
      attempt: async (request) => {
        const raw = rawCallOf(path, request, {
          authorization: cast.authorizationOf(request.as),
          idFor: (noun, whose, index) => cast.idFor(request.as, noun, whose, index),
        });
        return patiently(async () => {
          sent += 1;
          const outcome = await call(serving[sent % serving.length] as number, raw);
          if (outcome === 'timeout') return undefined;
          const isPutOff = outcome.grpcStatus === statusCodes.UNAVAILABLE && outcome.told.includes('RetryInfo');
          return isPutOff ? undefined : judgeOutcome(method, request, outcome, Buffer.from(raw.body).toString());
        });
      },
    });
  }
  return targets;
}

function wellFormedCalls(
  { input, methodKind }: DescMethod,
  vocabulary: Vocabulary,
  as: Arbitrary<Actor>,
): Arbitrary<GrpcRequest> {
  const takesStream = methodKind === 'client_streaming' || methodKind === 'bidi_streaming';
  const messages = takesStream ? streamsOf(input, vocabulary) : fc.tuple(messagesOf(input, vocabulary));
  return fc.record({ as, messages });
}

/** Asked rather than known, so that no method can be forgotten. */
async function portsServing(path: string, ports: readonly number[]): Promise<number[]> {
  const serving: number[] = [];
  for (const port of ports) {
    const request: GrpcRequest = { as: 'nobody', messages: [[]] };
    const outcome = await call(port, rawCallOf(path, request, { authorization: undefined, idFor: () => '' }));
    if (outcome !== 'timeout' && outcome.grpcStatus !== statusCodes.UNIMPLEMENTED) serving.push(port);
  }
  return serving;
}
