import { type DescMethod, fromBinary } from '@bufbuild/protobuf';
import { statusCodes } from '@contract-reviewer/platform/errors';
import { leakIn } from '../leaks.ts';
import { ForbiddenOutcome } from '../target.ts';
import type { GrpcRequest } from './grpc-request.ts';
import type { RawOutcome } from './raw-call.ts';

const names = new Map<number, string>([
  [0, 'OK'],
  ...Object.entries(statusCodes).map(([name, code]) => [code, name] as const),
]);
const neverAllowed: readonly string[] = ['UNKNOWN', 'INTERNAL', 'DATA_LOSS', 'UNAVAILABLE'];

/**
 * @returns the name of the status
 * @throws {ForbiddenOutcome}
 */
export function judgeOutcome(method: DescMethod, request: GrpcRequest, outcome: RawOutcome, sent: string): string {
  const { httpStatus, grpcStatus, told, messages, isCutOff, isOpenEnded, fault } = outcome;
  const forbid = (what: string): never => {
    throw new ForbiddenOutcome(`${what}; answered ${told.slice(0, 800)}`);
  };
  const leak = leakIn(`${told}\n\n${Buffer.concat(messages).toString()}`, sent);
  if (leak !== undefined) forbid(`leaks ${leak}`);
  if (isOpenEnded) return 'OK';
  if (grpcStatus === undefined) {
    // What is no call of gRPC is answered by HTTP/2.
    if (request.mayGoUnanswered && (httpStatus === undefined || httpStatus < 500))
      return httpStatus === undefined || httpStatus === 200 ? 'no answer' : `HTTP ${httpStatus}`;
    return forbid(`the call ended without a status, HTTP ${httpStatus}, ${fault}`);
  }
  const name = names.get(grpcStatus) ?? `${grpcStatus}`;
  if (neverAllowed.includes(name)) forbid(`${name}, which is never allowed here`);
  const hasDeadline = request.headers?.['grpc-timeout'] !== undefined;
  if (name === 'DEADLINE_EXCEEDED' && !hasDeadline) forbid('DEADLINE_EXCEEDED without a deadline');
  if (name === 'CANCELLED' && request.cancelAfterMs === undefined) forbid('CANCELLED though nobody cancelled');
  if (name === 'UNIMPLEMENTED' && !request.mayGoUnanswered && !hasOddShape(request))
    forbid('UNIMPLEMENTED, though it is implemented');
  if (name !== 'OK') return name;
  if (isCutOff) forbid('an answer that is cut off');
  for (const message of messages) {
    try {
      fromBinary(method.output, message);
    } catch (error) {
      forbid(`an answer that is no ${method.output.typeName}: ${(error as Error).message}`);
    }
  }
  return name;
}

/** No message or two, where one is due; a compression that nobody knows. */
function hasOddShape({ messages, headers }: GrpcRequest): boolean {
  return messages.length !== 1 || headers !== undefined;
}
