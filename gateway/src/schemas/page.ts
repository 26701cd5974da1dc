import { Type } from 'typebox';

const maxOffset = 1_000_000;

/** The query parameters of a list. */
export function pageQuery(defaultLimit: number, maxLimit: number) {
  return {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: maxLimit, default: defaultLimit })),
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: maxOffset, default: 0 })),
  };
}

/** What a list says about itself besides its items. */
export const pageFields = {
  total_count: Type.Integer({ description: 'How many there are on all pages.' }),
  limit: Type.Integer(),
  offset: Type.Integer(),
};
