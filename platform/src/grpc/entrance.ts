import type { Admission } from '../admission/admission.ts';
import type { Place } from '../admission/admission-gate.ts';
import type { Identity, Principal } from '../auth/principal.ts';
import type { IncomingCall } from './served-calls.ts';

/**
 * Finds out whose call it is. Who calls directly is charged for it; who comes through the gateway was charged there, and
 * what services do in the course of it is part of it.
 *
 * @throws {StatusError} RESOURCE_EXHAUSTED if they have called too much
 */
export async function authenticated(call: IncomingCall, admission: Admission | undefined): Promise<Identity> {
  const charged = call.service === undefined ? call.work : undefined;
  if (!admission || !charged) return call.authenticate();
  // First of all, for to authenticate takes asking others.
  refuseFor(admission.chargeAddress(charged, call.clientAddress));
  const identity = await call.authenticate();
  if (identity.principal.kind === 'user') refuseFor(admission.chargeUser(charged, identity.principal.userId));
  return identity;
}

/**
 * Waits to be let in. The gateway's calls for users are as theirs. What services ask by themselves, and what another one
 * asks for a user, continues what was let in there: to refuse it would be to waste that.
 *
 * @returns a place to leave when the call is over; undefined if it takes none
 * @throws {StatusError} RESOURCE_EXHAUSTED if there is too much to do, or why the call has ended meanwhile
 */
export async function enter(
  { service, work, clientAddress, signal }: IncomingCall,
  principal: Principal,
  admission: Admission | undefined,
): Promise<Place | undefined> {
  const continues = principal.kind === 'service' || (service !== undefined && service !== 'gateway');
  if (!admission || !work || continues) return undefined;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const flow = principal.kind === 'user' ? principal.userId : clientAddress;
  const place = admission.enter(work, flow, (refusal) => (refusal ? reject(refusal) : resolve()));
  if (!place.isWaiting) {
    await promise;
    return place;
  }
  const leave = () => {
    place.leave();
    reject(signal.reason as Error);
  };
  signal.addEventListener('abort', leave);
  try {
    await promise;
    return place;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

function refuseFor(refusal: Error | undefined): void {
  if (refusal) throw refusal;
}
