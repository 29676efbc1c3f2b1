import type { Requester } from '../api/requester.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';

/** What runs between defaulting and storing. Both may throw an ApiError. */
export interface Admission {
  /** May answer a changed object. */
  admit(request: AdmissionRequest): StoredObject;
  /** Looks at the final object, after validation. */
  validate?(request: AdmissionRequest): void;
}

/** One write on its way to the store. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly resource: ResourceInfo;
  /** The version the client asked in, where it is not the one objects are handled in. */
  readonly requested?: ResourceInfo | undefined;
  readonly subresource: string | undefined;
  readonly object: StoredObject;
  readonly old: StoredObject | undefined;
  readonly requester: Requester;
  readonly dryRun: boolean;
  /** Who will own the changed fields; undefined where nobody is named. */
  readonly fieldManager?: string | undefined;
  /** Tells the client something that does not stop the write. */
  readonly warn?: ((text: string) => void) | undefined;
  /** Notes something about the request where people look afterwards. */
  readonly audit?: ((key: string, value: string) => void) | undefined;
}

/** What is asked of a part of an object that is no write to it: an eviction, a token, a connection. */
export type PartRequest = Pick<AdmissionRequest, 'resource' | 'subresource' | 'object' | 'requester'> & {
  readonly operation: 'CREATE' | 'CONNECT';
  readonly dryRun?: boolean;
  readonly warn?: AdmissionRequest['warn'];
  readonly audit?: AdmissionRequest['audit'];
};
