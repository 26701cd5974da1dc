/**
 * In protobuf every field that is a message may be absent; what a successful answer is about never is.
 *
 * @throws when a service breaks that
 */
export function sent<Message>(message: Message | undefined): Message {
  if (message === undefined) throw new Error('a service answered without what it was asked for');
  return message;
}
