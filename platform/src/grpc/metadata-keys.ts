/** Trailer that tells whether a read was served from the cache: `HIT` or `MISS`; absent when it read nothing. */
export const cacheTrailer = 'x-cache';
/** Metadata with the assertion of the user for whom a service calls. */
export const onBehalfOfKey = 'on-behalf-of';
/** Metadata that names a request, and trailer that tells the name that it was given. */
export const requestIdKey = 'x-request-id';
