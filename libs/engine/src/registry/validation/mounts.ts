import type { Container, Volume, VolumeMount } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { fieldNotFound, forbiddenField, invalidValue, notSupported, required } from '../field-errors.js';
import { descendingPath, noBacksteps } from './paths.js';

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVE = ['Disabled', 'Enabled', 'IfPossible'];

/** Where a container sees the volumes of its pod (ValidateVolumeMounts); `volumes` are those that are sound. */
export function validateMounts(
  container: Container,
  field: string,
  volumes: ReadonlyMap<string, Volume>,
): FieldError[] {
  const errors: FieldError[] = [];
  const paths = new Set<string>();
  const devices = container.volumeDevices ?? [];
  const isPrivileged = container.securityContext?.privileged === true;
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const at = `${field}[${index}]`;
    const {
      name = '',
      mountPath = '',
      subPath,
      subPathExpr,
      mountPropagation,
    } = mount as Partial<VolumeMount>;
    if (!name) errors.push(required(`${at}.name`));
    if (!volumes.has(name)) errors.push(fieldNotFound(`${at}.name`, name));
    if (!mountPath) errors.push(required(`${at}.mountPath`));
    if (paths.has(mountPath)) errors.push(invalidValue(`${at}.mountPath`, mountPath, 'must be unique'));
    paths.add(mountPath);
    if (devices.some((device) => device.name === name))
      errors.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeDevices'));
    if (devices.some((device) => device.devicePath === mountPath))
      errors.push(
        invalidValue(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'),
      );
    if (subPath) errors.push(...descendingPath(subPath, `${field}.subPath`));
    if (subPath && subPathExpr)
      errors.push(
        invalidValue(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'),
      );
    if (subPathExpr) errors.push(...descendingPath(subPathExpr, `${field}.subPathExpr`));
    if (mountPropagation !== undefined && !PROPAGATIONS.includes(mountPropagation))
      errors.push(notSupported(`${field}.mountPropagation`, mountPropagation, PROPAGATIONS));
    if (mountPropagation === 'Bidirectional' && !isPrivileged)
      errors.push(
        forbiddenField(
          `${field}.mountPropagation`,
          'Bidirectional mount propagation is available only to privileged containers',
        ),
      );
    errors.push(...validateRecursive(mount, `${field}.recursiveReadOnly`));
  }
  return errors;
}

/** Which volumes a container gets as devices (ValidateVolumeDevices). */
export function validateDevices(
  container: Container,
  field: string,
  volumes: ReadonlyMap<string, Volume>,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const paths = new Set<string>();
  const mounts = container.volumeMounts ?? [];
  for (const [index, { name = '', devicePath = '' }] of (container.volumeDevices ?? []).entries()) {
    const at = `${field}[${index}]`;
    const volume = volumes.get(name);
    if (!name) errors.push(required(`${at}.name`));
    if (names.has(name)) errors.push(invalidValue(`${at}.name`, name, 'must be unique'));
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral)
      errors.push(
        invalidValue(
          `${at}.name`,
          name,
          'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
        ),
      );
    if (!volume) errors.push(fieldNotFound(`${at}.name`, name));
    if (!devicePath) errors.push(required(`${at}.devicePath`));
    if (paths.has(devicePath)) errors.push(invalidValue(`${at}.devicePath`, devicePath, 'must be unique'));
    if (noBacksteps(devicePath, at).length > 0)
      errors.push(invalidValue(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    else paths.add(devicePath);
    if (mounts.some((mount) => mount.name === name))
      errors.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeMounts'));
    if (mounts.some((mount) => mount.mountPath === devicePath))
      errors.push(
        invalidValue(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'),
      );
    if (name) names.add(name);
  }
  return errors;
}

function validateRecursive(
  { recursiveReadOnly, readOnly, mountPropagation }: VolumeMount,
  field: string,
): FieldError[] {
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled') return [];
  if (!RECURSIVE.includes(recursiveReadOnly)) return [notSupported(field, recursiveReadOnly, RECURSIVE)];
  return [
    ...(readOnly ? [] : [forbiddenField(field, 'may only be specified when readOnly is true')]),
    ...(mountPropagation === undefined || mountPropagation === 'None'
      ? []
      : [forbiddenField(field, 'may only be specified when mountPropagation is None or not specified')]),
  ];
}
