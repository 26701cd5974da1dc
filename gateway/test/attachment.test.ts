import { describe, expect, it } from 'vitest';
import { attachment } from '../src/http/attachment.ts';

describe('the name of a downloaded file', () => {
  it('keeps a plain name in both forms', () => {
    expect(attachment('contract.pdf')).toBe(`attachment; filename="contract.pdf"; filename*=UTF-8''contract.pdf`);
  });

  it('keeps any script, with an ASCII stand-in for old clients', () => {
    expect(attachment('合同.pdf')).toBe(`attachment; filename="__.pdf"; filename*=UTF-8''%E5%90%88%E5%90%8C.pdf`);
  });

  it('cannot end the header or add a parameter to it', () => {
    const hostile = "a\";\r\nset-cookie: x=1; filename*=UTF-8''b%00.exe\\";
    const value = attachment(hostile);
    expect(value).not.toMatch(/[\r\n\\]/);
    expect(value.match(/"/g)).toHaveLength(2);
    expect(decodeURIComponent(value.split("filename*=UTF-8''").at(-1) ?? '')).toBe(hostile);
  });

  it('survives text that is no valid Unicode', () => {
    expect(attachment('\ud800.pdf')).toContain('%EF%BF%BD.pdf');
  });
});
