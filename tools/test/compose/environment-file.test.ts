import { createHash } from 'node:crypto';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { environmentFile } from '../../compose/environment-file.ts';

const template = '# Ports\nPORT=8080\n\nPASSWORD=\nTOKEN=\nTOKEN_SHA256=\n';

describe('the file of settings for Compose', () => {
  it('keeps comments and presets, and fills in what is empty with 256 random bits', () => {
    const text = environmentFile(template, '');
    const { PORT, PASSWORD, TOKEN } = parseEnv(text);
    expect(text).toMatch(/^# Ports\nPORT=8080\n\nPASSWORD=/);
    expect(PORT).toBe('8080');
    expect(PASSWORD).toMatch(/^[\w-]{43}$/);
    expect(TOKEN).toMatch(/^[\w-]{43}$/);
    expect(TOKEN).not.toBe(PASSWORD);
  });

  it('gives a token its hash', () => {
    const { TOKEN = '', TOKEN_SHA256 } = parseEnv(environmentFile(template, ''));
    expect(TOKEN_SHA256).toBe(createHash('sha256').update(TOKEN).digest('hex'));
  });

  it('changes nothing that is set already, and adds what a newer template asks for', () => {
    const before = environmentFile('PORT=8080\nPASSWORD=\n', 'PORT=9000\n');
    const after = environmentFile(template, before);
    expect(parseEnv(after)).toMatchObject(parseEnv(before));
    expect(parseEnv(after)).toMatchObject({ PORT: '9000', TOKEN: expect.stringMatching(/^[\w-]{43}$/) });
  });

  it('keeps what the template does not know', () => {
    const text = environmentFile(template, 'SPECIAL="a b"\nPORT=9000\nEXTRA=1\n');
    expect(text).toMatch(/\nSPECIAL="a b"\nEXTRA=1\n$/);
    expect(environmentFile(template, text)).toBe(text);
  });

  it('hashes the token that is there, also when somebody changed it by hand', () => {
    const current = 'TOKEN=mine\nTOKEN_SHA256=of-another\n';
    const { TOKEN_SHA256 } = parseEnv(environmentFile(template, current));
    expect(TOKEN_SHA256).toBe(createHash('sha256').update('mine').digest('hex'));
  });

  it('refuses a template in which a hash comes before what it is of', () => {
    expect(() => environmentFile('TOKEN_SHA256=\nTOKEN=\n', '')).toThrow('TOKEN_SHA256 must stand after TOKEN');
  });
});
