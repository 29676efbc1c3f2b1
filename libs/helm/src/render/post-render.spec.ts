import { MemoryFileTree } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import type { HelmError } from '../chart/chart-error.js';
import type { PostRenderer } from './post-render.js';
import { type HelmRenderRequest, type HelmRenderResult, renderChart } from './render-chart.js';

const configMap = (name: string, annotations = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}${annotations}\n`;

function render(
  postRenderer: PostRenderer | undefined,
  options: Partial<HelmRenderRequest> = {},
): HelmRenderResult {
  const tree = new MemoryFileTree({
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'crds/a.yaml': 'kind: CustomResourceDefinition\napiVersion: v1\nmetadata: {name: things}\n',
    'templates/a.yaml': configMap('one'),
    'templates/b.yaml': configMap('two'),
    'templates/hook.yaml': configMap('hook', '\n  annotations: {helm.sh/hook: pre-install}'),
  });
  return renderChart({
    tree,
    path: '',
    releaseName: 'rel',
    namespace: 'ns',
    ...(postRenderer && { postRender: postRenderer }),
    ...options,
  });
}

function refusal(postRenderer: PostRenderer, options: Partial<HelmRenderRequest> = {}): HelmError {
  try {
    render(postRenderer, options);
  } catch (error) {
    return error as HelmError;
  }
  throw new Error('expected the render to be refused');
}

const names = ({ objects }: HelmRenderResult): unknown[] => objects.map(({ metadata }) => metadata.name);

describe('a post-renderer', () => {
  it('changes text and objects alike', () => {
    const result = render((manifests) => manifests.replaceAll('name: one', 'name: first'));
    expect(names(result)).toEqual(['first', 'two', 'hook']);
    expect(result.text).toContain('name: first');
    expect(result.manifests.map(({ source }) => source)).toEqual([
      'web/templates/a.yaml',
      'web/templates/b.yaml',
      'web/templates/hook.yaml',
    ]);
  });

  it('that changes nothing leaves the output as it was', () => {
    for (const helmCompat of [3, 4] as const) {
      const options = { helmCompat, includeCrds: true };
      const changed = render((manifests) => manifests, options);
      const plain = render(undefined, options);
      expect(changed.text).toBe(plain.text);
      expect(changed.objects).toEqual(plain.objects);
    }
  });

  it('is given CRDs only when they are included, and never hooks', () => {
    const given: string[] = [];
    const listen: PostRenderer = (manifests) => {
      given.push(manifests);
      return manifests;
    };
    render(listen);
    render(listen, { includeCrds: true });
    expect(given.map((text) => text.includes('CustomResourceDefinition'))).toEqual([false, true]);
    expect(given.some((text) => text.includes('helm.sh/hook'))).toBe(false);
  });

  it('may leave documents out and add others', () => {
    const result = render(() => configMap('other'));
    expect(names(result)).toEqual(['other', 'hook']);
    expect(result.manifests[0]?.source).toBe('post-renderer');
  });

  it('is refused when it throws, saying why', () => {
    const error = refusal(() => {
      throw new Error('no such overlay');
    });
    expect(error.code).toBe('helm/post-render');
    expect(error.message).toBe('error while running post render: no such overlay');
  });

  it('is refused when nothing comes back', () => {
    expect(refusal(() => ' \n').message).toBe('the post-renderer produced empty output');
  });

  it('is refused when too much comes back', () => {
    const error = refusal((manifests) => manifests.repeat(20), { limits: { output: 500 } });
    expect(error.code).toBe('helm/limit');
    expect(error.message).toContain('more than the limit of 500');
  });

  it('is refused when what comes back is no YAML, with the line', () => {
    const error = refusal((manifests) => manifests.replace('name: two', 'name: two: three'));
    expect(error.code).toBe('helm/manifest-invalid');
    expect(error.message).toContain('YAML parse error on web/templates/b.yaml');
    expect(error.message).toContain('the rendered line:   name: two: three');
  });
});
