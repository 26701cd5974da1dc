/** A store cannot be run on this machine or does not start; the message is for the person who started it. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
