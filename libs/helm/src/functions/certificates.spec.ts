import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { goInt, type GoObject, type GoValue } from '../template/values.js';
import { certificateFunctions } from './certificates.js';
import { secureRandom } from './chance.js';
import { parseIpv4, parseIpv6 } from './ip-address.js';
import { newRsaKey } from './rsa-keys.js';

const NOW = Date.UTC(2024, 0, 2, 3, 4, 5);
const functions = certificateFunctions(secureRandom, () => NOW, newRsaKey);

function call(name: string, ...args: GoValue[]): { cert: X509Certificate; key: string; object: GoValue } {
  const object = functions[name]?.call(...args) as GoObject;
  const key = object.fields.get('Key') as string;
  return { cert: new X509Certificate(object.fields.get('Cert') as string), key, object };
}

describe('certificates', () => {
  const authority = call('genCA', 'my-ca', goInt(10));

  it('of an authority may sign and are valid as long as asked', () => {
    const { cert, key } = authority;
    expect(cert.ca).toBe(true);
    expect(cert.subject).toBe('CN=my-ca');
    expect(new Date(cert.validFrom).getTime()).toBe(NOW);
    expect(new Date(cert.validTo).getTime()).toBe(NOW + 10 * 86_400_000);
    expect(cert.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(cert.verify(cert.publicKey)).toBe(true);
  });

  it('signed by an authority name it and their hosts and addresses', () => {
    const { cert, key } = call(
      'genSignedCert',
      'web',
      ['10.0.0.1', '::1'],
      ['web.svc', '*.example.com'],
      goInt(5),
      authority.object,
    );
    expect(cert.checkIssued(authority.cert)).toBe(true);
    expect(cert.verify(authority.cert.publicKey)).toBe(true);
    expect(cert.ca).toBe(false);
    expect(cert.subjectAltName).toBe(
      'DNS:web.svc, DNS:*.example.com, IP Address:10.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    );
    expect(key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
  });

  it.each(['ecdsa', 'ed25519'])('take a given %s key', (type) => {
    const key = functions['genPrivateKey']?.call(type) as string;
    const { cert } = call('genSelfSignedCertWithKey', 'web', [], ['a.b'], goInt(1), key);
    expect(cert.verify(cert.publicKey)).toBe(true);
    expect(cert.checkPrivateKey(createPrivateKey(key))).toBe(true);
  });

  it('are kept when they come from outside and are readable', () => {
    const cert64 = Buffer.from(authority.cert.toString()).toString('base64');
    const key64 = Buffer.from(authority.key).toString('base64');
    expect(call('buildCustomCert', cert64, key64).key).toBe(authority.key);
    expect(() => functions['buildCustomCert']?.call('!', '!')).toThrow('unable to decode base64 certificate');
  });
});

describe('addresses', () => {
  it.each([
    ['1.2.3.4', '01020304'],
    ['255.255.255.255', 'ffffffff'],
    ['256.1.1.1', undefined],
    ['01.2.3.4', undefined],
    ['1.2.3', undefined],
  ])('%s as IPv4 is %s', (text, hex) => {
    const bytes = parseIpv4(text);
    expect(bytes && Buffer.from(bytes).toString('hex')).toBe(hex);
  });

  it.each([
    ['::', '0'.repeat(32)],
    ['2001:db8::1', '20010db8000000000000000000000001'],
    ['::ffff:1.2.3.4', '00000000000000000000ffff01020304'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['1::2::3', undefined],
    ['1:2:3', undefined],
    ['g::', undefined],
  ])('%s as IPv6 is %s', (text, hex) => {
    const bytes = parseIpv6(text);
    expect(bytes && Buffer.from(bytes).toString('hex')).toBe(hex);
  });
});
