import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { kubeAdmission } from './kube-admission.js';

const folder = mkdtempSync(join(tmpdir(), 'lotse-admission-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const head = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\n';

it('reads what a plugin keeps in a file beside the configuration', async () => {
  file(
    'pods.yaml',
    'apiVersion: pod-security.admission.config.k8s.io/v1\nkind: PodSecurityConfiguration\nexemptions: { namespaces: [infra] }\n',
  );
  const { exemptions } = await kubeAdmission(
    file('one.yaml', `${head}plugins: [{ name: PodSecurity, path: pods.yaml }]`),
  );
  expect([...exemptions.namespaces]).toEqual(['infra']);
});

it('says which file can not be read, and what is wrong with one that can', async () => {
  await expect(
    kubeAdmission(file('two.yaml', `${head}plugins: [{ name: PodSecurity, path: none.yaml }]`)),
  ).rejects.toThrow(/LOTSE_KUBE_ADMISSION_CONFIG names a file that can't be read \(ENOENT\): .*none.yaml/);
  await expect(kubeAdmission(file('three.yaml', 'kind: Pod'))).rejects.toThrow(
    /admission configuration is wrong/,
  );
});
