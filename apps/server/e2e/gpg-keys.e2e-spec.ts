import { execFileSync } from 'node:child_process';
import * as openpgp from 'openpgp';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Delivery } from './support/delivery.js';
import type { GitHost } from './support/git-host.js';
import type { TestServer } from './support/start-server.js';

interface KeyPair {
  readonly id: string;
  readonly publicKey: string;
  readonly privateKey: openpgp.PrivateKey;
}

async function keyPair(name: string, rsa = false): Promise<KeyPair> {
  const made = await openpgp.generateKey({
    userIDs: [{ name, email: `${name}@example.org` }],
    format: 'armored',
    ...(rsa ? { type: 'rsa' as const, rsaBits: 2048 } : {}),
    // keys are older than what they sign
    date: new Date(Date.now() - 60_000),
  });
  const privateKey = await openpgp.readPrivateKey({ armoredKey: made.privateKey });
  return { id: privateKey.getKeyID().toHex().toUpperCase(), publicKey: made.publicKey, privateKey };
}

async function sign(payload: string, { privateKey }: KeyPair): Promise<string> {
  return openpgp.sign({
    message: await openpgp.createMessage({ binary: Buffer.from(payload) }),
    signingKeys: privateKey,
    detached: true,
    format: 'armored',
  });
}

const MAP = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
let server: TestServer;
let host: GitHost;
let delivery: Delivery;
let ada: KeyPair;
let eve: KeyPair;

/** Git itself stores the object, so that it is a real one. */
function store(repository: string, type: 'commit' | 'tag', content: string): string {
  return execFileSync('git', ['hash-object', '-w', '-t', type, '--stdin'], {
    cwd: host.path(repository),
    input: content,
    encoding: 'utf8',
  }).trim();
}

/** The newest commit of main again, signed as `git commit -S` does it. */
async function signHead(repository: string, key: KeyPair, change = (text: string) => text): Promise<string> {
  const raw = `${host.git(repository, 'cat-file', 'commit', 'HEAD')}\n`;
  const signature = (await sign(raw, key)).trimEnd().replaceAll('\r', '').split('\n').join('\n ');
  const [head, ...rest] = change(raw).split('\n\n');
  const signed = store(repository, 'commit', [`${head}\ngpgsig ${signature}`, ...rest].join('\n\n'));
  host.git(repository, 'update-ref', 'refs/heads/main', signed);
  return signed;
}

async function syncMessage(name: string, revision?: string): Promise<{ phase: string; message: string }> {
  await delivery.refresh(name);
  await delivery.sync(name, revision === undefined ? {} : { revision });
  const { phase, message = '' } = await delivery.untilOperation(name);
  return { phase, message };
}

beforeAll(async () => {
  delivery = await Delivery.start();
  ({ host, server } = delivery);
  [ada, eve] = [await keyPair('ada'), await keyPair('eve', true)];
});
afterAll(() => delivery?.stop());

describe('keys', () => {
  it('are added, listed, shown, skipped when known, and removed', async () => {
    const keyData = `${ada.publicKey}\n${eve.publicKey}`;
    const added = await server.call('post', '/api/v1/gpgkeys').send({ keyData }).expect(200);
    expect(added.body.created.items).toMatchObject([
      { keyID: ada.id, owner: 'ada <ada@example.org>', subType: 'ed25519', trust: 'ultimate' },
      { keyID: eve.id, subType: 'rsa2048' },
    ]);
    expect(added.body.skipped).toEqual([]);
    const again = await server.call('post', '/api/v1/gpgkeys').send({ keyData }).expect(200);
    expect(again.body).toEqual({ created: { items: [] }, skipped: [ada.id, eve.id] });
    const list = await server.call('get', '/api/v1/gpgkeys').expect(200);
    expect(list.body.items.map(({ keyID }: { keyID: string }) => keyID).sort()).toEqual(
      [ada.id, eve.id].sort(),
    );
    const one = await server.call('get', `/api/v1/gpgkeys/${ada.id}`).expect(200);
    expect(one.body.fingerprint).toMatch(new RegExp(`^[0-9A-F]{24}${ada.id}$`));
    expect(one.body.keyData).toContain('BEGIN PGP PUBLIC KEY BLOCK');
    await server.call('delete', `/api/v1/gpgkeys?keyID=${one.body.fingerprint}`).expect(200);
    await server.call('get', `/api/v1/gpgkeys/${ada.id}`).expect(404);
    await server.call('delete', `/api/v1/gpgkeys?keyID=${ada.id}`).expect(404);
    await server.call('post', '/api/v1/gpgkeys').send({ keyData: ada.publicKey }).expect(200);
  });

  it('that are no public keys are refused, and a private one is never repeated', async () => {
    const secret = ada.privateKey.armor();
    const refused = await server.call('post', '/api/v1/gpgkeys').send({ keyData: secret }).expect(400);
    expect(refused.body.message).toContain('PRIVATE');
    expect(JSON.stringify(refused.body)).not.toContain(secret.split('\n')[3]);
    expect(JSON.stringify(server.logs)).not.toContain(secret.split('\n')[3]);
    for (const keyData of [
      'nothing',
      '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----',
    ])
      await server.call('post', '/api/v1/gpgkeys').send({ keyData }).expect(400);
    await server.call('delete', '/api/v1/gpgkeys?keyID=*').expect(400);
    await request(server.localUrl).get('/api/v1/gpgkeys').expect(401);
  });
});

describe('a project with signatureKeys', () => {
  beforeAll(async () => {
    const { body } = await server.call('get', '/api/v1/projects/default');
    await server
      .call('put', '/api/v1/projects/default')
      .send({
        project: {
          metadata: { name: 'default' },
          spec: { ...body.spec, signatureKeys: [{ keyID: ada.id }] },
        },
      })
      .expect(200);
  });

  it('refuses a commit nobody signed, and says which', async () => {
    const commit = host.create('plain', { 'app/a.yaml': MAP('a') });
    await delivery.create('plain');
    const { phase, message } = await syncMessage('plain');
    expect(phase).toBe('Error');
    expect(message).toContain(commit);
    expect(message).toContain('is not signed');
    expect(message).toContain(ada.id);
    expect(delivery.object('', 'ConfigMap', 'plain', 'a')).toBeUndefined();
  });

  it('delivers a commit that one of them signed', async () => {
    host.create('signed', { 'app/a.yaml': MAP('a') });
    const commit = await signHead('signed', ada);
    await delivery.create('signed');
    expect((await syncMessage('signed')).phase).toBe('Succeeded');
    expect(delivery.object('', 'ConfigMap', 'signed', 'a')).toBeDefined();
    const application = await delivery.refresh('signed');
    expect(application.status?.sync?.revision).toBe(commit);
  });

  it('refuses a signature by a key the server knows but the project does not name', async () => {
    host.create('eve', { 'app/a.yaml': MAP('a') });
    await signHead('eve', eve);
    await delivery.create('eve');
    const { phase, message } = await syncMessage('eve');
    expect(phase).toBe('Error');
    expect(message).toContain(eve.id);
  });

  it('refuses a commit that was changed after it was signed', async () => {
    host.create('forged', { 'app/a.yaml': MAP('a') });
    await signHead('forged', ada, (text) => text.replace('Change', 'Chance'));
    await delivery.create('forged');
    const { phase, message } = await syncMessage('forged');
    expect(phase).toBe('Error');
    expect(message).toContain('is bad');
  });

  it('takes the signature of an annotated tag for the commit it names', async () => {
    const commit = host.create('tagged', { 'app/a.yaml': MAP('a') });
    const text = `object ${commit}\ntype commit\ntag v1\ntagger Ada <ada@example.org> 1700000000 +0000\n\nFirst\n`;
    const tag = store('tagged', 'tag', text + (await sign(text, ada)).replaceAll('\r', ''));
    host.git('tagged', 'update-ref', 'refs/tags/v1', tag);
    await delivery.create('tagged', { source: { targetRevision: 'v1' } });
    expect((await syncMessage('tagged')).phase).toBe('Succeeded');
    const { phase, message } = await syncMessage('tagged', 'main');
    expect(phase).toBe('Error');
    expect(message).toContain('is not signed');
  });
});
