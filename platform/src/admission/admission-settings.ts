import { integer } from '../config.ts';

/** Settings of every process that serves. */
export const admissionSettings = {
  /** Points a minute that a user may use up; a read costs 1, docs/overload.md has what the rest costs. 0: any number. */
  RATE_LIMIT_USER_POINTS: integer(0, 1_000_000_000).default(600_000),
  /** The same for an address, of which an IPv6 network of 64 bits counts as one. 0: any number. */
  RATE_LIMIT_ADDRESS_POINTS: integer(0, 1_000_000_000).default(1_800_000),
};

export interface AdmissionSettings {
  RATE_LIMIT_USER_POINTS: number;
  RATE_LIMIT_ADDRESS_POINTS: number;
}
