import { describe, expect, it } from 'vitest';
import { added } from '../testing/overlay.js';

// What kustomize 5.8.1 prints that it does not print without the field.
describe('images', () => {
  it.each<[what: string, fields: string, lines: string[]]>([
    ['a tag', 'images: [{name: nginx, newTag: "1.28"}]', ['        image: nginx:1.28']],
    ['a name', 'images: [{name: nginx, newName: registry.io/n}]', ['        image: registry.io/n:1.27']],
    [
      'name and tag',
      'images: [{name: nginx, newName: registry.io/n, newTag: v1}]',
      ['        image: registry.io/n:v1'],
    ],
    ['a digest', 'images: [{name: nginx, digest: "sha256:abc"}]', ['        image: nginx@sha256:abc']],
    [
      'a suffix of the tag',
      'images: [{name: nginx, tagSuffix: -alpine}]',
      ['        image: nginx:1.27-alpine-alpine'],
    ],
    ['a pattern', 'images: [{name: "ngi.*", newTag: "2"}]', ['        image: nginx:2']],
    ['images of init containers', 'images: [{name: busybox, newTag: "2"}]', ['      - image: busybox:2']],
    ['the deprecated field', 'imageTags: [{name: nginx, newTag: "3"}]', ['        image: nginx:3']],
  ])('change resources: %s', (_what, fields, lines) => {
    expect(added(fields)).toEqual(lines);
  });
});
