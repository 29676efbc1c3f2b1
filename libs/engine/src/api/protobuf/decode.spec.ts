import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../random.js';
import { isApiError } from '../api-error.js';
import { decodeKubernetesProtobuf } from './decode.js';

/** What kubectl 1.33 sends for `create deployment web --image=nginx --replicas=0 --port=80`. */
const DEPLOYMENT = Buffer.from(
  `6b3873000a150a07617070732f7631120a4465706c6f796d656e7412b8010a1f0a037765621200
   1a0022002a003200380042005a0a0a0361707012037765621286010800120c0a0a0a0361707012
   037765621a6c0a1c0a0012001a0022002a003200380042005a0a0a036170701203776562124c12
   2e0a056e67696e7812056e67696e782a00320a0a00100018502200
   2a0042006a0072008001008801009001 00a201001a00320042004a00520058006000680082010
   08a01009a0100c20100 22020a002800380 01a0c08001000180020002800380 01a002200`.replaceAll(/\s/g, ''),
  'hex',
);

describe('decodeKubernetesProtobuf', () => {
  it('reads what kubectl sends, dropping what Go would not write and keeping zeros that mean something', () => {
    expect(decodeKubernetesProtobuf(DEPLOYMENT)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }], resources: {} }],
          },
        },
        strategy: {},
      },
      status: {},
    });
  });

  it('refuses every truncation of a message', () => {
    for (let length = 0; length < DEPLOYMENT.length; length++) {
      const cut = DEPLOYMENT.subarray(0, length);
      try {
        decodeKubernetesProtobuf(cut);
      } catch (error) {
        expect(isApiError(error, 'BadRequest')).toBe(true);
      }
    }
    expect(() => decodeKubernetesProtobuf(DEPLOYMENT.subarray(0, DEPLOYMENT.length - 1))).toThrow(
      /unexpected EOF/,
    );
  });

  it('answers random bytes with an object or a refusal, never with anything else', () => {
    const random = new SeededRandom('fuzz');
    for (let round = 0; round < 2000; round++) {
      const bytes = Buffer.from(DEPLOYMENT);
      for (let change = 0; change < 5; change++)
        bytes[4 + Math.floor(random.next() * (bytes.length - 4))] = Math.floor(random.next() * 256);
      try {
        expect(typeof decodeKubernetesProtobuf(bytes)).toBe('object');
      } catch (error) {
        expect(isApiError(error, 'BadRequest')).toBe(true);
      }
    }
  });

  it('keeps a key called __proto__ a key', () => {
    const entry = Buffer.from([0x0a, 9, ...Buffer.from('__proto__'), 0x12, 1, 0x78]);
    const data = Buffer.from([0x12, entry.length, ...entry]);
    const type = Buffer.from([0x0a, 2, ...Buffer.from('v1'), 0x12, 9, ...Buffer.from('ConfigMap')]);
    const body = Buffer.from([0x6b, 0x38, 0x73, 0, 0x0a, type.length, ...type, 0x12, data.length, ...data]);
    const decoded = decodeKubernetesProtobuf(body);
    expect(Object.keys(decoded['data'] ?? {})).toEqual(['__proto__']);
    expect(JSON.stringify(decoded)).toBe('{"apiVersion":"v1","kind":"ConfigMap","data":{"__proto__":"x"}}');
  });
});
