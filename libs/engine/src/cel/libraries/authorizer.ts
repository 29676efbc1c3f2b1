import type { AccessQuestion, Authorizer, Decision } from '../../auth/authorizer.js';
import type { UserInfo } from '../../auth/user-info.js';
import type { Library } from '../overload.js';
import { CelError, CelOpaque } from '../values.js';

const AUTHORIZER = 'kubernetes.authorization.Authorizer';
const PATH = 'kubernetes.authorization.PathCheck';
const GROUP = 'kubernetes.authorization.GroupCheck';
const RESOURCE = 'kubernetes.authorization.ResourceCheck';
const DECISION = 'kubernetes.authorization.Decision';

/** The variable `authorizer`: what somebody may do. */
export class CelAuthorizer extends CelOpaque {
  readonly typeName: string = AUTHORIZER;
  readonly authorizer: Authorizer;
  readonly user: UserInfo;
  readonly #requested: Readonly<Record<string, string>> | undefined;

  constructor(authorizer: Authorizer, user: UserInfo, requested?: Readonly<Record<string, string>>) {
    super();
    this.#requested = requested;
    this.authorizer = authorizer;
    this.user = user;
  }

  equals(other: CelOpaque): boolean {
    return other === this;
  }

  /** `authorizer.requestResource`: the check of the very resource a request is about. */
  override field(name: string): unknown {
    return name === 'requestResource' && this.#requested
      ? new CelCheck(RESOURCE, this, this.#requested)
      : undefined;
  }
}

class CelCheck extends CelAuthorizer {
  override readonly typeName: string;
  readonly parts: Readonly<Record<string, string>>;

  constructor(
    typeName: string,
    { authorizer, user }: CelAuthorizer,
    parts: Readonly<Record<string, string>>,
  ) {
    super(authorizer, user);
    this.typeName = typeName;
    this.parts = parts;
  }

  with(part: string, value: string, typeName = this.typeName): CelCheck {
    return new CelCheck(typeName, this, { ...this.parts, [part]: value });
  }

  ask(verb: string): CelDecision {
    const { user, parts } = this;
    const { path, group = '', resource = '', subresource = '', namespace = '', name = '' } = parts;
    const question: AccessQuestion =
      path === undefined
        ? { user, verb, group, version: '*', resource, subresource, namespace, name }
        : { user, verb, path };
    return new CelDecision(this.authorizer.authorize(question));
  }
}

class CelDecision extends CelOpaque {
  readonly typeName = DECISION;
  readonly decision: Decision;

  constructor(decision: Decision) {
    super();
    this.decision = decision;
  }

  equals(other: CelOpaque): boolean {
    return other === this;
  }
}

function serviceAccount({ authorizer }: CelAuthorizer, namespace: string, name: string): CelAuthorizer {
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace))
    throw new CelError('Invalid service account namespace');
  if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)) throw new CelError('Invalid service account name');
  return new CelAuthorizer(authorizer, {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  });
}

/** `authorizer.group('apps').resource('deployments').namespace('web').check('create').allowed()` */
export const authorizerLibrary: Library = {
  members: [
    [
      'path',
      [AUTHORIZER, 'string'],
      (self: CelAuthorizer, path: string) => new CelCheck(PATH, self, { path }),
    ],
    [
      'group',
      [AUTHORIZER, 'string'],
      (self: CelAuthorizer, group: string) => new CelCheck(GROUP, self, { group }),
    ],
    ['serviceAccount', [AUTHORIZER, 'string', 'string'], serviceAccount],
    ['resource', [GROUP, 'string'], (self: CelCheck, name: string) => self.with('resource', name, RESOURCE)],
    ['subresource', [RESOURCE, 'string'], (self: CelCheck, name: string) => self.with('subresource', name)],
    ['namespace', [RESOURCE, 'string'], (self: CelCheck, name: string) => self.with('namespace', name)],
    ['name', [RESOURCE, 'string'], (self: CelCheck, name: string) => self.with('name', name)],
    // Who may see some objects of a kind is asked about all of them: nothing here is granted by a selector.
    ['fieldSelector', [RESOURCE, 'string'], (self: CelCheck) => self],
    ['labelSelector', [RESOURCE, 'string'], (self: CelCheck) => self],
    ['check', [PATH, 'string'], (self: CelCheck, verb: string) => self.ask(verb)],
    ['check', [RESOURCE, 'string'], (self: CelCheck, verb: string) => self.ask(verb)],
    ['allowed', [DECISION], ({ decision }: CelDecision) => decision.allowed],
    ['reason', [DECISION], ({ decision }: CelDecision) => decision.reason],
    ['errored', [DECISION], () => false],
    ['error', [DECISION], () => ''],
  ],
};
