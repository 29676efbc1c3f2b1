import type { StoredObject } from '../store/stored-object.js';

/** Records what happened to an object as a Kubernetes Event; repeats are counted, not stored again. */
export interface EventRecorder {
  event(
    about: StoredObject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    extra?: { fieldPath?: string },
  ): void;
}
