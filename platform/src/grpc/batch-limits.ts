/** Calls of one batch. */
export const maxBatchedCalls = 256;
/** Methods that one batch may name, and characters of each: what is not known is refused before anybody is authenticated. */
export const maxBatchedMethods = 64;
export const maxMethodLength = 256;
/** Characters of an assertion, several times what ours have. */
export const maxAssertionLength = 4096;
/** Of the requests of one batch together; far below what a server takes as one message. */
export const maxBatchedRequestBytes = 1024 * 1024;
/** Of the responses that wait on one stream for its caller to read them, so that many large ones fit into memory. */
export const maxUnreadResponseBytes = 8 * 1024 * 1024;
