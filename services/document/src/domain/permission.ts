/** What a session may do with a document that its user may reach, and what a user may be granted on a document. */
export const permissions = ['read', 'analyze', 'write', 'share', 'admin'] as const;
export type Permission = (typeof permissions)[number];
