import { expect, it } from 'vitest';
import { importedDocument } from '../../src/version1/imported-document.ts';

const now = new Date('2026-01-02T03:04:05.000Z');
const owner = '0b6f0c1e-7a52-4c0e-9d8e-3f1f2a3b4c5d';

function read(object: unknown, id = 'contract~7') {
  return importedDocument(id, JSON.stringify(object), now);
}

it('reads what version 1 is known to have kept', () => {
  const object = {
    filename: 'C:\\contracts\\Lease.pdf',
    owner_id: owner,
    metadata: { department: 'legal' },
    content: 'The tenant pays rent.',
    created_at: 1_740_000_000,
    updated_at: '2025-03-04T05:06:07Z',
  };
  expect(read(object)).toEqual({
    documentId: 'contract~7',
    ownerId: owner,
    filename: 'Lease.pdf',
    metadata: { department: 'legal' },
    content: 'The tenant pays rent.',
    createdAt: new Date(1_740_000_000_000),
    updatedAt: new Date('2025-03-04T05:06:07Z'),
    original: JSON.stringify(object),
  });
});

it('does with nothing but an object', () => {
  expect(read({})).toEqual({
    documentId: 'contract~7',
    filename: 'contract~7',
    metadata: {},
    createdAt: now,
    updatedAt: now,
    original: '{}',
  });
});

it.each([
  ['name', { name: 'a.txt', title: 'b' }, { filename: 'a.txt' }],
  ['title', { filename: '', title: 'b' }, { filename: 'b' }],
  ['text', { text: 'words' }, { content: 'words' }],
  ['user_id', { owner_id: 'ann', user_id: owner }, { ownerId: owner }],
  ['uploaded_at', { uploaded_at: '2025-03-04' }, { createdAt: new Date('2025-03-04') }],
])('takes %s where it has to', (_name, object, expected) => {
  expect(read(object)).toMatchObject(expected);
});

it.each([
  ['half a character', { metadata: { a: '\ud800' } }],
  ['U+0000', { metadata: { a: 'b\u0000' } }],
  ['no object', { metadata: ['a'] }],
  ['too much', { metadata: { a: 'x'.repeat(20_000) } }],
])('leaves metadata with %s in the original', (_what, object) => {
  expect(read(object)).toMatchObject({ metadata: {} });
});

it.each([
  ['invalid_id', 'a b', '{}'],
  ['not_json', 'a', '{"filename": "tor'],
  ['not_an_object', 'a', '[]'],
])('sets aside: %s', (reason, id, text) => {
  expect(importedDocument(id, text, now)).toEqual({ setAside: reason });
});
