/** What a session may do with a document that its user may reach. */
export const permissions = ['read', 'analyze', 'write', 'share', 'admin'] as const;
export type Permission = (typeof permissions)[number];
