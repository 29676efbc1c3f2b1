import { expect, it } from 'vitest';
import { messageOfKind, type Message, type ProtobufField } from './messages.js';

function fieldOf(message: Message | undefined, ...path: readonly string[]): ProtobufField | undefined {
  const [name, ...rest] = path;
  const field = [...(message?.fields.values() ?? [])].find((one) => one.name === name);
  if (rest.length === 0) return field;
  return fieldOf(typeof field?.type === 'object' ? field.type : undefined, ...rest);
}

it('knows which zeros of a CRD schema say nothing, because Go sends them all', () => {
  const crd = messageOfKind('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
  const schema = ['spec', 'versions', 'schema', 'openAPIV3Schema'];
  const zeroIsUnset = (name: string): boolean | undefined => fieldOf(crd, ...schema, name)?.zeroIsUnset;
  for (const name of ['nullable', 'type', 'x-kubernetes-int-or-string', 'x-kubernetes-embedded-resource'])
    expect([name, zeroIsUnset(name)]).toEqual([name, true]);
  for (const name of ['minLength', 'minimum', 'x-kubernetes-preserve-unknown-fields'])
    expect([name, zeroIsUnset(name)]).toEqual([name, false]);
});
