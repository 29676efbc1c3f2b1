import type { KubeObject } from '@lotse/manifests';
import type { StoredObject } from '../../store/stored-object.js';
import { retiredConversions, retiredNotices } from './retired-versions.js';

/** An object in the version Kubernetes serves today. */
export interface CurrentVersion {
  readonly object: KubeObject;
  /** What to tell whoever wrote the object in an old version. */
  readonly warning: string;
}

/** What an object of a version Kubernetes has given up is today; undefined for all others. */
export function currentVersionOf(object: KubeObject): CurrentVersion | undefined {
  const notice = retiredNotices.get(`${object.apiVersion} ${object.kind}`);
  if (!notice) return undefined;
  const conversion = retiredConversions[notice.key];
  if (!conversion) return undefined;
  return { object: conversion.toStorage(object as StoredObject) as KubeObject, warning: notice.warning };
}
