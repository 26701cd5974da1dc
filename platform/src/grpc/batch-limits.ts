/** Calls of one batch. */
export const maxBatchedCalls = 256;
/** Of the requests of one batch together; far below what a server takes as one message. */
export const maxBatchedRequestBytes = 1024 * 1024;
/** Of the responses that one batch gives out together, so that a batch of large ones fits into memory. */
export const maxBatchedResponseBytes = 8 * 1024 * 1024;
