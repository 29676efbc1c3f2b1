import { RepositoryRecord } from '../repositories/repository.entity.js';
import { RepositoryStateRecord } from '../repositories/repository-state.entity.js';
import { CredentialRecord } from '../auth/sessions/credential.entity.js';
import { GpgKeyRecord } from '../gpg-keys/gpg-key.entity.js';
import { UserRecord } from '../accounts/user.entity.js';

/** Every entity, so that the data source knows them. A feature's entity is a file in its folder and a line here. */
export const ENTITIES = [UserRecord, CredentialRecord, RepositoryRecord, RepositoryStateRecord, GpgKeyRecord];
