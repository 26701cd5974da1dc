/**
 * Who asks for what is not theirs. "The owner" owns the document, its analysis, the session and the grant that are asked
 * for; "the administrator" the rest.
 */
export const strangers = [
  /** Another user. */
  'stranger',
  /** The owner, in a session that is narrowed to another document. */
  'narrowed',
  /** The owner, in a session that may only read. */
  'reader',
  /** The owner, in a session that may only have documents reviewed. */
  'analyst',
  /** The administrator, in a session that is narrowed to a document of theirs. */
  'narrowed administrator',
  /** The administrator, in a session that may do everything but administer. */
  'ordinary administrator',
  /** A service account with the scope audit alone, to which the document is shared. */
  'auditor',
  /** A service account with the scope operate alone, to which the document is shared. */
  'operator',
  /** No token at all. */
  'nobody',
  /** The owner, in a session that they have revoked. */
  'revoked',
  /** A user in a session that ended with their account. */
  'disabled',
] as const;
export type Stranger = (typeof strangers)[number];

/** Who may do what the others may not: it proves that the request is a good one. */
export type Entitled = 'owner' | 'administrator' | 'gateway';

/**
 * What is to become of a request:
 * - hidden: as if what it names did not exist;
 * - denied: not allowed;
 * - unauthenticated: not known who asks;
 * - allowed: done, or refused for a reason that has nothing to do with who asks;
 * - own: the same, and the answer tells nothing of the owner's;
 * - omitted: not asked, because it would take away what the other rows need.
 */
export type Verdict = 'hidden' | 'denied' | 'unauthenticated' | 'allowed' | 'own' | 'omitted';
export type Verdicts = Readonly<Record<Stranger, Verdict>>;

const unknown = { nobody: 'unauthenticated', revoked: 'unauthenticated', disabled: 'unauthenticated' } as const;

/** Something of a document that takes that permission. */
export function ofDocument(permission: 'read' | 'analyze' | 'write' | 'share'): Verdicts {
  return {
    stranger: 'hidden',
    narrowed: 'hidden',
    reader: permission === 'read' ? 'allowed' : 'denied',
    // To have a document reviewed takes both: what comes of it is read.
    analyst: 'denied',
    'narrowed administrator': 'hidden',
    'ordinary administrator': 'hidden',
    auditor: 'denied',
    operator: 'denied',
    ...unknown,
  };
}

/** For administrators, and for service accounts with that scope. */
export function forAdministrators(scope?: 'audit' | 'operate'): Verdicts {
  return {
    stranger: 'denied',
    narrowed: 'denied',
    reader: 'denied',
    analyst: 'denied',
    'narrowed administrator': 'denied',
    'ordinary administrator': 'denied',
    auditor: scope === 'audit' ? 'allowed' : 'denied',
    operator: scope === 'operate' ? 'allowed' : 'denied',
    ...unknown,
  };
}

/** For the other processes of the system. */
export const forServices: Verdicts = forAdministrators();

/** For everybody. */
export const forAll: Verdicts = {
  stranger: 'allowed',
  narrowed: 'allowed',
  reader: 'allowed',
  analyst: 'allowed',
  'narrowed administrator': 'allowed',
  'ordinary administrator': 'allowed',
  auditor: 'allowed',
  operator: 'allowed',
  nobody: 'allowed',
  revoked: 'allowed',
  disabled: 'allowed',
};

/** About the caller's own things: others learn nothing of the owner's, and the owner's further sessions are the owner. */
export const aboutOneself: Verdicts = {
  ...forAll,
  stranger: 'own',
  'narrowed administrator': 'own',
  'ordinary administrator': 'own',
  auditor: 'own',
  operator: 'own',
  ...unknown,
};

/** The same where people only have what is asked for. */
export const aboutPeople: Verdicts = { ...aboutOneself, auditor: 'denied', operator: 'denied' };

/** Lists are of what the caller may read. The auditor and the operator may not read, whatever is shared with them. */
export const ofList: Verdicts = {
  ...aboutOneself,
  narrowed: 'own',
  analyst: 'denied',
  auditor: 'denied',
  operator: 'denied',
};

/** Sessions are only their user's, and one that is narrowed, to a document or to some permissions, sees itself alone. */
export const ofSession: Verdicts = {
  ...aboutPeople,
  stranger: 'hidden',
  narrowed: 'hidden',
  reader: 'hidden',
  analyst: 'hidden',
  'narrowed administrator': 'hidden',
  'ordinary administrator': 'hidden',
};

/** Ends sessions of the caller's, which the other rows need. */
export const endingSessions: Verdicts = {
  ...aboutPeople,
  stranger: 'omitted',
  narrowed: 'denied',
  reader: 'denied',
  analyst: 'denied',
  'narrowed administrator': 'denied',
  'ordinary administrator': 'omitted',
};

/** Accounts are their users' and the administrators', whatever the session is about. */
export const ofUser: Verdicts = {
  ...ofDocument('read'),
  narrowed: 'allowed',
  analyst: 'allowed',
  auditor: 'hidden',
  operator: 'hidden',
};

/** Adds a document, which a session that is narrowed to another one cannot. */
export const forUploaders: Verdicts = {
  ...aboutOneself,
  narrowed: 'denied',
  reader: 'denied',
  analyst: 'denied',
  'narrowed administrator': 'denied',
  auditor: 'denied',
  operator: 'denied',
};
