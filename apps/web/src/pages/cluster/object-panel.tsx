import { X } from 'lucide-react';
import type { KubeObject } from '../../api/types.js';
import { useShortcut } from '../../keyboard/use-shortcut.js';
import { IconButton } from '../../kit/button.js';
import { KindIcon } from '../../status/kind-icon.js';
import { YamlPanel } from '../application/panel/yaml-panel.js';
import s from '../application/panel/resource-panel.module.css';

interface ObjectPanelProps {
  object: KubeObject;
  kind: string;
  onClose: () => void;
}

export function ObjectPanel({ object, kind, onClose }: ObjectPanelProps) {
  const { name, namespace } = object.metadata;
  useShortcut('Escape', 'Close the object', 'Cluster', onClose);
  return (
    <aside className={s.panel} data-wide="" aria-label={`${kind} ${name}`}>
      <header className={s.head}>
        <span className={s.icon}>
          <KindIcon kind={kind} size={17} />
        </span>
        <div className={s.titles}>
          <h2 className={s.title} title={name}>
            {name}
          </h2>
          <p className={s.sub}>
            {kind}
            {namespace ? ` in ${namespace}` : ''}
          </p>
        </div>
        <IconButton label="Close (Esc)" onClick={onClose}>
          <X size={16} />
        </IconButton>
      </header>
      <YamlPanel value={object} label={`${kind} ${name}`} />
    </aside>
  );
}
