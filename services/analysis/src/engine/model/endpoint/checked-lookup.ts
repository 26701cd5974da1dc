import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isForbiddenAddress } from './forbidden-addresses.ts';

/** The address that a name stands for is one that nobody here may connect to. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
}

/**
 * Resolves a name for a connection that is being made, so that what is checked is what is connected to: a name that
 * changes its address between a check and the connection gains nothing.
 */
export const checkedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const [first] = addresses ?? [];
    if (error || !first) return callback(error ?? new Error('the name has no address'), '');
    if (addresses.some(({ address }) => isForbiddenAddress(address))) {
      return callback(new ForbiddenAddressError('the name stands for a forbidden address'), '');
    }
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
  });
};
