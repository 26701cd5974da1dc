import type { AnalysisId, DocumentId, Review, UserId } from '../../src/domain/analysis.ts';
import type { ReportSubject } from '../../src/report/render-report.ts';

/** What a contract may hold to be more than text: markup of every format, and characters that hide or turn. */
export const hostile =
  '</style></title><script>alert(1)</script><img src=x onerror=alert(2)>"\'&amp; ]]> [x](javascript:alert(3)) ' +
  '![x](http://evil.test/a.png) <http://evil.test> http://evil.test www.evil.test a@evil.test `code` **bold** | cell | $x$ ~~s~~ ' +
  '\u202egnp.exe\u0000\u0007\u001b]0;x\u0007\u200b\u{e0041}\ufffe\ud800 END:VEVENT\r\nBEGIN:VEVENT; a,b\\c 😀 END';

/** The same review with that text in every field that a contract, a model or a user has a hand in. */
export function hostileSubject(text = hostile): ReportSubject {
  const span = { start: 0, end: 4, quote: text, page: 1 };
  const spans = [span];
  const references = [{ label: text, span }];
  const missing = { category: text, searched: [text], nearest: { start: 0, end: 4, quote: text, score: 0.5 } };
  const review: Review = {
    coverage: { totalChars: 9, readChars: 1, pages: 1, unread: [{ start: 1, end: 9, reason: text }] },
    summary: {
      documentType: text,
      parties: [text],
      agreementDate: text,
      effectiveDate: text,
      expirationDate: text,
      term: text,
      renewal: text,
      noticePeriod: text,
      governingLaw: text,
      keyPoints: [text],
    },
    clauses: [{ category: text, present: true, score: 1, value: text, source: 'model', spans, references }],
    missingClauses: [missing],
    risks: [
      {
        ruleId: text,
        level: 'high',
        title: text,
        reason: text,
        askFor: text,
        source: 'builtin',
        spans,
        references,
        searches: [missing],
      },
    ],
    obligations: [{ party: text, action: text, due: text, condition: text, dueDate: text, spans }],
    keyDates: [{ kind: 'renewal_notice', date: '2027-01-31', title: text, arithmetic: text, spans }],
    monetaryTerms: [{ category: text, amount: text, spans }],
    riskScoring: { weights: [], arithmetic: text },
    riskScore: 0.5,
    confidenceScore: 0.5,
    droppedFindings: 1,
    fallback: { engine: 'ollama', reason: text, message: text },
  };
  return {
    filename: text,
    analysis: {
      analysisId: 'analysis-1' as AnalysisId,
      documentId: 'document-1' as DocumentId,
      requestedBy: 'user-1' as UserId,
      analysisType: 'contract_review',
      status: 'partial',
      engine: 'builtin',
      modelUsed: text,
      engineVersion: '1.0.0',
      rulesetVersion: '1',
      position: 'customer',
      textSha256: 'abc',
      createdAt: new Date('2026-11-23T00:00:00Z'),
      completedAt: new Date('2026-11-23T00:01:02.345Z'),
      processingTimeMs: 1,
      review,
    },
  };
}
