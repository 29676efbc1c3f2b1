import { lazy, Suspense } from 'react';
import { SkeletonLines } from '../kit/skeleton.js';
import s from './lazy-editors.module.css';

// Editors are the largest part of the product, and most visits never open one.
const Yaml = lazy(async () => ({ default: (await import('./yaml-editor.js')).YamlEditor }));
const Diff = lazy(async () => ({ default: (await import('./diff-editor.js')).DiffEditor }));

const loading = (
  <div className={s.loading}>
    <SkeletonLines count={7} />
  </div>
);

export function YamlView(props: React.ComponentProps<typeof Yaml>) {
  return (
    <Suspense fallback={loading}>
      <Yaml {...props} />
    </Suspense>
  );
}

export function DiffView(props: React.ComponentProps<typeof Diff>) {
  return (
    <Suspense fallback={loading}>
      <Diff {...props} />
    </Suspense>
  );
}
