import type { Reply } from './model-server.ts';

interface Findings {
  clauses?: { category: string; value: string; quote: string }[];
  risks?: { topic: string; level: string; title: string; reason: string; ask_for: string; quote: string }[];
  obligations?: { party: string; action: string; due: string; condition: string; quote: string }[];
}

/** An answer of the right shape. */
export function answer({ clauses = [], risks = [], obligations = [] }: Findings = {}): Reply {
  return { kind: 'answer', content: JSON.stringify({ clauses, risks, obligations }) };
}

export function risk(
  quote: string,
  reason = 'It burdens the customer.',
  topic = 'Other',
): NonNullable<Findings['risks']>[number] {
  return { topic, level: 'high', title: 'A burden', reason, ask_for: 'Something milder.', quote };
}

export function clause(category: string, quote: string, value = ''): NonNullable<Findings['clauses']>[number] {
  return { category, value, quote };
}
