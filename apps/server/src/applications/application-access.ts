import { Injectable } from '@nestjs/common';
import type { Application } from '@lotse/gitops';
import { Authorizer } from '../auth/authorizer.js';
import type { PolicyAction, PolicyResource } from '../auth/policy/policy.js';
import type { Principal } from '../auth/principal.js';
import { applicationNotFound } from './application.errors.js';
import { ApplicationStore } from './application-store.js';

/** Finds applications for somebody: what may not be seen is not there. */
@Injectable()
export class ApplicationAccess {
  constructor(
    private readonly store: ApplicationStore,
    private readonly authorizer: Authorizer,
  ) {}

  /** @throws CodedError `application_not_found`, also when it may not be seen; `access_denied` when only this may not be done. */
  async need(
    principal: Principal,
    name: string,
    action: PolicyAction,
    resource: PolicyResource = 'applications',
  ): Promise<Application> {
    const application = this.store.get(name);
    if (
      !application ||
      !(await this.authorizer.allows(principal, 'applications', 'get', policyObject(application)))
    ) {
      throw applicationNotFound(name);
    }
    if (action !== 'get' || resource !== 'applications') {
      await this.authorizer.enforce(principal, resource, action, policyObject(application));
    }
    return application;
  }

  /** Those of a list that may be seen. */
  async visible(principal: Principal, applications: readonly Application[]): Promise<Application[]> {
    const allowed = await Promise.all(applications.map((application) => this.sees(principal, application)));
    return applications.filter((_, index) => allowed[index]);
  }

  async sees(principal: Principal, application: Application): Promise<boolean> {
    return this.authorizer.allows(principal, 'applications', 'get', policyObject(application));
  }
}

/** `project/name`, as policies name an application. */
export function policyObject(application: {
  metadata: { name?: string };
  spec: { project?: string };
}): string {
  return `${application.spec.project || 'default'}/${application.metadata.name ?? ''}`;
}
