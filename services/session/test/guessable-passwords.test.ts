import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isGuessable } from '../src/domain/guessable-passwords.ts';

const email = 'jane.miller@lawfirm.example';

describe('a password is guessable', () => {
  it.each([
    'password1234',
    'Password1234!',
    'P@ssw0rd1234',
    'passwordpassword',
    '123456789012',
    '1234567890123',
    '098765432109',
    'qwertyuiop12',
    'QwertyQwerty1',
    'qwertyuiopasdfghjkl',
    '1q2w3e4r5t6y',
    'q1w2e3r4t5y6',
    '1qaz2wsx3edc',
    'aaaaaaaaaaaa',
    'abcabcabcabc',
    'abcdefghijkl',
    'xyxyxyxyxyxy',
    'iloveyou2024',
    'letmein12345',
    'Welcome2026!!',
    'administrator',
    'changeme1234',
    'summer2025!!',
    'trustno1trustno1',
    'superman1987',
    'liverpool1892',
    '            ',
    '!!!!!!!!!!!!',
  ])('%s, because many use it', (password) => {
    expect(isGuessable(password, email)).toBe(true);
  });

  it.each([email, 'JaneMiller2026', 'miller.jane.1', 'lawfirm123456', 'ContractReviewer1!'])(
    '%s, because it says what an attacker knows',
    (password) => {
      expect(isGuessable(password, email)).toBe(true);
    },
  );
});

describe('a password is not', () => {
  it.each([
    'correct horse battery staple',
    'another long password',
    'Übermäßig schöne Grüße',
    'насос береза 43 окно',
    '量子もつれの観測実験記録帳',
    'wolf bear tangerine thimble',
  ])('%s', (password) => {
    expect(isGuessable(password, email)).toBe(false);
  });

  it('one that a generator made', () => {
    for (let round = 0; round < 2000; round += 1) {
      const password = randomBytes(12).toString('base64url');
      expect(isGuessable(password, email), password).toBe(false);
    }
  });
});
