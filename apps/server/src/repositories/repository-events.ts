import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';

/** Refs of a repository that lead elsewhere than at the last look (new and deleted ones too). */
export interface RepositoryMoved {
  /** As first asked for; compare with `sameRepository`. */
  readonly url: string;
  readonly key: string;
  /** Empty when the repository can be reached for the first time, or again. */
  readonly refs: readonly string[];
}

/** Emits `moved` after a poll or webhook found that refs moved. In-process; what it leads to must be idempotent. */
@Injectable()
export class RepositoryEvents extends EventEmitter<{ moved: [RepositoryMoved] }> {}
