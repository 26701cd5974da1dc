import type { World } from './world.ts';

/** What a request uses up is made anew for each caller. */
export async function freshDocument(world: World) {
  return { document_id: await world.upload('For one request.', 'fresh.txt') };
}

/** Of the auditor. */
export async function freshGrant(world: World) {
  const { document_id } = await freshDocument(world);
  await world.share(document_id);
  return { document_id, user_id: world.granteeId };
}

export async function freshSession(world: World) {
  return { session_id: await world.openSession() };
}

export async function freshProgram(world: World) {
  const { service_account_id, credential_id } = await world.makeProgram();
  return { service_account_id, credential_id };
}
