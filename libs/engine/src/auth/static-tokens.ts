import { createHash } from 'node:crypto';
import { CodedError } from '@lotse/manifests';
import type { ApiRequest } from '../api/api-request.js';
import { bearerToken, type Authenticator } from './authenticator.js';
import type { UserInfo } from './user-info.js';

/** Tokens of one file. */
const MOST_TOKENS = 100_000;

const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64');

/**
 * Bearer tokens from a file of lines `token,user,uid,"group,group"` (kube-apiserver's --token-auth-file). Only digests are kept.
 * @throws CodedError `token_file_invalid` naming the line, never what is in it.
 */
export class StaticTokens implements Authenticator {
  readonly #users = new Map<string, UserInfo>();

  constructor(file: string) {
    for (const [index, line] of file.split(/\r?\n/).entries()) {
      if (line.trim() === '') continue;
      const wrong = (problem: string): CodedError =>
        new CodedError('token_file_invalid', `Can't read the token file: line ${index + 1} ${problem}.`);
      const [token = '', user = '', uid = '', groups = '', ...rest] = columnsOf(line) ?? [];
      if (token === '' || user === '') throw wrong('must be token,user,uid and, in quotes, the groups');
      if (rest.length > 0) throw wrong('has more than four columns: several groups need quotes around them');
      const digest = digestOf(token);
      if (this.#users.has(digest)) throw wrong('repeats a token');
      if (this.#users.size >= MOST_TOKENS) throw wrong(`is one more than ${MOST_TOKENS}`);
      this.#users.set(digest, {
        user,
        ...(uid !== '' && { uid }),
        groups: groups.split(',').filter((group) => group !== ''),
      });
    }
  }

  authenticate(request: ApiRequest): UserInfo | undefined {
    const token = bearerToken(request);
    return token === undefined ? undefined : this.#users.get(digestOf(token));
  }
}

/** The columns of a line of CSV; undefined when its quotes do not match. */
function columnsOf(line: string): string[] | undefined {
  const columns: string[] = [];
  const column = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  for (;;) {
    const match = column.exec(line);
    if (!match) return undefined;
    columns.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '') return columns;
  }
}
