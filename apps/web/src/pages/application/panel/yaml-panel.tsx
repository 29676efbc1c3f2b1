import { lazy, Suspense, useMemo } from 'react';
import { YamlView } from '../../../code/lazy-editors.js';
import { SkeletonLines } from '../../../kit/skeleton.js';
import s from './yaml-panel.module.css';
import { CopyButton } from '../../../kit/copy-button.js';

const Loaded = lazy(async () => {
  const { toYaml } = await import('../../../code/to-yaml.js');
  return {
    default: function LoadedYaml({ value, label }: YamlPanelProps) {
      const text = useMemo(() => toYaml(value), [value]);
      return (
        <>
          <div className={s.copy}>
            <CopyButton text={text} label="Copy YAML" />
          </div>
          <YamlView text={text} label={label} />
        </>
      );
    },
  };
});

interface YamlPanelProps {
  value: unknown;
  label: string;
}

/** An object as YAML, filling the room it is given. */
export function YamlPanel(props: YamlPanelProps) {
  return (
    <div className={s.panel}>
      <Suspense
        fallback={
          <div className={s.loading}>
            <SkeletonLines count={10} />
          </div>
        }
      >
        <Loaded {...props} />
      </Suspense>
    </div>
  );
}
