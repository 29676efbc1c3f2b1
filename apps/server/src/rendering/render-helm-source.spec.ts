import { MemoryFileTree } from '@lotse/manifests';
import { expect, it } from 'vitest';
import { renderHelmSource } from './render-helm-source.js';

it('stops templates that have had their time, and names them', () => {
  const tree = new MemoryFileTree({
    'app/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'app/templates/slow.yaml': '{{ range 100000000000 }}{{ end }}',
  });
  const unused = (): never => {
    throw new Error('nothing else is read');
  };
  const request = {
    source: { repoURL: 'https://example.org/x', path: 'app' },
    location: { gitDir: '/nowhere', commit: 'c' },
    application: { name: 'web', namespace: 'shop', project: 'default' },
    kubeVersion: 'v1.36.0',
    apiVersions: [],
  };
  const around = { open: unused, readArchive: unused, lookup: unused, expired: () => true };
  expect(() => renderHelmSource(tree, request, around)).toThrow(
    'rendering web/templates/slow.yaml was stopped: the template ran out of time',
  );
});
