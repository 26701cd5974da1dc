import { expect, test } from 'vitest';
import type { FinishedAnalysis } from '../../review/analysis.ts';
import { printable, printableJson } from '../../review/printable.ts';
import { renderAnalysis } from '../../review/terminal/render-analysis.ts';

test('no text of a contract reaches the terminal with control characters in it', () => {
  const hostile = 'Acme\u001b]0;owned\u0007 \u202efdp.exe';
  const spans = [{ start: 0, end: 4, quote: hostile, page: 1 }];
  const analysis: FinishedAnalysis = {
    analysis_id: 'a',
    document_id: 'd',
    status: 'partial',
    engine: hostile,
    engine_version: '1',
    ruleset_version: '1',
    position: hostile,
    processing_time_ms: 1,
    coverage: { total_chars: 9, read_chars: 1, pages: 1, unread: [{ start: 1, end: 9, reason: hostile }] },
    summary: { document_type: hostile, parties: [hostile], governing_law: hostile, key_points: [hostile] },
    clauses: [{ category: hostile, present: true, score: 1, value: hostile, source: 'builtin', spans }],
    missing_clauses: [{ category: hostile, searched: [] }],
    risks: [
      {
        rule_id: hostile,
        level: 'high',
        title: hostile,
        reason: hostile,
        ask_for: hostile,
        source: 'model',
        agreement: 'alone',
        spans,
        references: spans.map((span) => ({ label: hostile, span })),
        searches: [{ category: hostile, searched: [hostile], nearest: { quote: hostile, score: 0.1 } }],
      },
    ],
    obligations: [{ party: hostile, action: hostile, due: hostile, due_date: hostile, condition: hostile, spans }],
    risk_score: 0.5,
    risk_scoring: { arithmetic: hostile, weights: [{ level: hostile, weight: 0.1, count: 1 }] },
    key_dates: [{ kind: hostile, date: hostile, title: hostile, arithmetic: hostile }],
    monetary_terms: [{ category: hostile, amount: hostile }],
    confidence_score: 0.5,
    fallback: { engine: hostile, reason: hostile, message: hostile },
  };

  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes of our own styling are taken out.
  const shown = renderAnalysis(hostile, analysis).replace(/\u001b\[\d+m/g, '');

  expect(shown).toContain('Acme');
  expect(shown).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
});

test('what can be printed stays as it is', () => {
  const value = { text: 'Größe: 5 €', list: ['a', 1, null, true], nothing: undefined };
  expect(printable(value)).toEqual(value);
});

test('JSON for a terminal has no control characters in it and says the same', () => {
  const value = { quote: 'a\u009b31m \u202efdp.exe\u001b[0m\u007f\n', list: ['Größe'] };
  expect(printableJson(value)).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
  expect(JSON.parse(printableJson(value))).toEqual(value);
});
