import { status as grpcStatus, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { StatusError } from '../errors.ts';
import { toServiceError } from './status-details.ts';

/**
 * Has calls that are no well-formed gRPC refused as the caller's mistake. grpc-js itself says INTERNAL to messages that do
 * not parse, are not compressed as they say, or come with a deadline that is no duration; operators would take that for a
 * fault of ours.
 *
 * grpc-js refuses them past all interceptors, so what it refuses them with is replaced. What our handlers end a call with
 * brings metadata along and stays; so does what goes wrong with an answer.
 */
export const refuseMalformedCalls: ServerInterceptor = (_method, call) => {
  const sendMessage = call.sendMessage.bind(call);
  const sendStatus = call.sendStatus.bind(call);
  let isAnswering = false;
  call.sendMessage = (message, callback) => {
    isAnswering = true;
    sendMessage(message, callback);
  };
  call.sendStatus = (outcome) => {
    const isOurs = isAnswering || outcome.metadata;
    sendStatus(outcome.code === grpcStatus.INTERNAL && !isOurs ? toServiceError(malformedCall()) : outcome);
  };
  return new ServerInterceptingCall(call);
};

function malformedCall(): StatusError {
  return new StatusError(
    'INVALID_ARGUMENT',
    'The call is not well-formed: its message or its deadline cannot be read.',
    {
      reason: 'MALFORMED_CALL',
    },
  );
}
