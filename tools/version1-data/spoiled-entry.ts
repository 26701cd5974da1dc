import type { Fault, Version1Entry } from './entry.ts';

/** An entry with that fault. `id` is one that nothing else has. */
export function spoiledEntry(fault: Fault, id: string, ttlMs: number): Version1Entry {
  const analysis = { family: 'analysis', type: 'string', key: `analysis:${id}`, ttlMs, fate: fault } as const;
  const pointer = { ...analysis, family: 'document_analysis', key: `document_analysis:${id}` } as const;
  const wellFormed = JSON.stringify({ analysis_id: id, document_id: `document-of-${id}`, status: 'completed' });
  switch (fault) {
    case 'not_utf8':
      return { ...analysis, value: Buffer.concat([Buffer.from('{"summary":"'), Buffer.from([0xff, 0xfe, 0x80])]) };
    case 'not_json':
      return { ...analysis, value: Buffer.from('<html>502 Bad Gateway</html>') };
    case 'cut_off':
      return { ...analysis, value: Buffer.from(wellFormed.slice(0, -10)) };
    case 'not_an_object':
      return { ...analysis, value: Buffer.from(JSON.stringify([id])) };
    case 'wrong_type':
      return { ...analysis, type: 'list', value: Buffer.from(wellFormed) };
    case 'invalid_id':
      return { ...analysis, key: `analysis:${id} (copy)`, value: Buffer.from(wellFormed) };
    case 'unknown_key':
      return { ...analysis, family: 'unknown', key: `analysis_backup/${id}`, value: Buffer.from(wellFormed) };
    case 'without_document':
      return { ...analysis, value: Buffer.from(JSON.stringify({ analysis_id: id, status: 'completed' })) };
    case 'pointer_to_nothing':
      return { ...pointer, value: Buffer.from(`gone-${id}`) };
    case 'pointer_without_id':
      return { ...pointer, value: Buffer.from('two words') };
    case 'not_json_document':
      return { ...analysis, family: 'document', key: `document:${id}`, value: Buffer.from('undefined') };
    default:
      return fault satisfies never;
  }
}
