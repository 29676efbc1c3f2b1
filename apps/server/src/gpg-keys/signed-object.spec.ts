import { describe, expect, it } from 'vitest';
import { signedCommit, signedTag } from './signed-object.js';

const commit = (headers: string): Buffer =>
  Buffer.from(`tree ${'a'.repeat(40)}\nauthor A <a@b> 1 +0000\n${headers}\nmessage é\n`);
const armor = '-----BEGIN PGP SIGNATURE-----\n \n iQ\n -----END PGP SIGNATURE-----\n';

describe('a signed commit', () => {
  it('gives its signature and the bytes without it', () => {
    const signed = signedCommit(commit(`gpgsig ${armor}encoding UTF-8\n`));
    expect(signed?.signature).toBe('-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n');
    expect(signed?.payload.toString()).toBe(commit('encoding UTF-8\n').toString());
  });

  it.each([
    ['without a signature', ''],
    ['with a signature in its message only', `\ngpgsig ${armor}`],
    ['with two signatures', `gpgsig ${armor}gpgsig ${armor}`],
  ])('%s is none', (_, headers) => expect(signedCommit(commit(headers))).toBeUndefined());

  it('keeps a header that continues over lines', () => {
    const signed = signedCommit(commit(`mergetag object x\n inner\ngpgsig ${armor}`));
    expect(signed?.payload.toString()).toContain('mergetag object x\n inner\n');
  });
});

describe('a signed tag', () => {
  it('ends with its signature', () => {
    const text = 'object x\ntag v1\n\nmessage\n';
    const signature = '-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n';
    expect(signedTag(Buffer.from(text + signature))).toEqual({ payload: Buffer.from(text), signature });
    expect(signedTag(Buffer.from(text))).toBeUndefined();
  });
});
