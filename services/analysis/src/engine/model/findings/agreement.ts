import type { Agreement, Clause } from '../../../domain/analysis.ts';
import type { TextRange } from '../../builtin/spans.ts';
import { canonicalise } from '../quotes/canonical-text.ts';
import { figuresAgree } from '../statements/figures.ts';

interface Said {
  value?: string;
  /** In code points. */
  spans: readonly TextRange[];
}

/** How two findings of the same clause stand to each other. */
export function agreementOf(one: Said, other: Said): Agreement {
  return areAtSamePlace(one.spans, other.spans) && saySame(one.value, other.value) ? 'agreed' : 'differs';
}

export function areAtSamePlace(one: readonly TextRange[], other: readonly TextRange[]): boolean {
  return one.some((a) => other.some((b) => a.start < b.end && b.start < a.end));
}

/** Of a clause that the built-in engine answers for, and the model's word on the same category. */
export function agreementOfBuiltin(
  clause: Clause,
  model: Said | undefined,
  modelReadAll: boolean,
): Agreement | undefined {
  if (model) return clause.present ? agreementOf(clause, model) : 'differs';
  if (clause.present) return 'alone';
  return modelReadAll ? 'agreed' : undefined;
}

function saySame(one: string | undefined, other: string | undefined): boolean {
  if (!one || !other) return true;
  const [a, b] = [one, other].map((value) => canonicalise(value, 0, value.length).text) as [string, string];
  if (a.includes(b) || b.includes(a)) return true;
  return /\d/.test(one) && /\d/.test(other) && figuresAgree(one, other) && figuresAgree(other, one);
}
