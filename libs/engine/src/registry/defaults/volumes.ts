import type { DownwardAPIVolumeFile, Volume, VolumeProjection } from '../../types/index.js';
import { each, fill, fillUnset, within } from '../fill.js';
import { defaultSource } from './volume-sources.js';

/** 0644, as JSON has no octal. */
const FILE_MODE = 420;

const downwardItems = (items: DownwardAPIVolumeFile[]): DownwardAPIVolumeFile[] =>
  each(items, (item) =>
    within(
      within(item, 'fieldRef', (ref) => fill(ref, { apiVersion: 'v1' })),
      'resourceFieldRef',
      (ref) => fill(ref, { divisor: '0' }),
    ),
  );

/** Of files that others make for a pod those behind gates that are off are dropped before anybody looks at them. */
function withoutDisabled(source: VolumeProjection): VolumeProjection {
  if (!source.clusterTrustBundle && !source.podCertificate) return source;
  const { clusterTrustBundle: _, podCertificate: __, ...known } = source;
  return known;
}

const projection = (source: VolumeProjection): VolumeProjection =>
  within(
    within(withoutDisabled(source), 'serviceAccountToken', (token) =>
      fill(token, { expirationSeconds: 3600 }),
    ),
    'downwardAPI',
    (downward) => within(downward, 'items', downwardItems),
  );

/** A volume without a source is an empty folder; files get mode 0644 (v1/defaults.go). */
export function defaultVolume(volume: Volume): Volume {
  let filled = volume;
  if (Object.keys(volume).every((key) => key === 'name')) filled = { ...volume, emptyDir: {} };
  filled = within(filled, 'secret', (source) => fill(source, { defaultMode: FILE_MODE }));
  filled = within(filled, 'configMap', (source) => fill(source, { defaultMode: FILE_MODE }));
  filled = defaultSource(filled);
  filled = within(filled, 'downwardAPI', (source) =>
    within(fill(source, { defaultMode: FILE_MODE }), 'items', downwardItems),
  );
  filled = within(filled, 'projected', (source) =>
    within(fill(source, { defaultMode: FILE_MODE }), 'sources', (sources) => each(sources, projection)),
  );
  filled = within(filled, 'image', (source) =>
    fill(source, {
      pullPolicy: /:latest$|^[^:@]*$/.test(source.reference ?? '') ? 'Always' : 'IfNotPresent',
    }),
  );
  return within(filled, 'ephemeral', (source) =>
    within(source, 'volumeClaimTemplate', (template) =>
      within(template, 'spec', (spec) => fillUnset(spec, { volumeMode: 'Filesystem' })),
    ),
  );
}
