import type { z } from 'zod';
import { ModelCallError } from '../model-call-error.ts';

/** A message of a server's protocol. @throws {ModelCallError} unusable, if it is none */
export function parseMessage<Message>(schema: z.ZodType<Message>, text: string): Message {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new ModelCallError('unusable', 'The model server does not speak the protocol that it is configured for.', {
      cause: error,
    });
  }
}
