import type { Container, LabelSelector, PodSpec } from '../../types/index.js';

export const NONE = '<none>';
export const UNSET = '<unset>';

/** `a=b,c=d`, sorted; `<none>` when empty. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const text = Object.entries(labels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  return text === '' ? NONE : text;
}

/** A label selector on one line; `<none>` when empty (meta/v1 FormatLabelSelector). */
export function formatSelector(selector: LabelSelector | undefined): string {
  const parts = Object.entries(selector?.matchLabels ?? {}).map(([key, value]): [string, string] => [
    key,
    `${key}=${value}`,
  ]);
  for (const { key, operator, values } of selector?.matchExpressions ?? []) {
    const list = [...(values ?? [])].sort().join(',');
    if (operator === 'In') parts.push([key, `${key} in (${list})`]);
    else if (operator === 'NotIn') parts.push([key, `${key} notin (${list})`]);
    else parts.push([key, operator === 'Exists' ? key : `!${key}`]);
  }
  if (parts.length === 0) return NONE;
  return parts
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, text]) => text)
    .join(',');
}

/** Names and images of the containers of a pod, as the wide columns show them. */
export function containersAndImages(spec: Pick<PodSpec, 'containers'> | undefined): [string, string] {
  const containers: readonly Container[] = spec?.containers ?? [];
  return [containers.map(({ name }) => name).join(','), containers.map(({ image }) => image ?? '').join(',')];
}

/** At most `most` of the texts, and how many more there are. */
export function listed(texts: readonly string[], most: number, separator = ','): string {
  if (texts.length <= most) return texts.join(separator);
  return `${texts.slice(0, most).join(separator)} + ${texts.length - most} more...`;
}

const ACCESS_MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

/** `RWO,ROX`, in the order kubectl has. */
export function formatAccessModes(modes: readonly string[] | undefined): string {
  return Object.entries(ACCESS_MODES)
    .filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');
}

/** A Go boolean pointer. */
export function formatFlag(value: boolean | undefined): string {
  if (value === undefined) return UNSET;
  return value ? 'True' : 'False';
}
