import type { CertificateSigningRequest, RoleBinding } from '../../types/index.js';
import { age, humanDuration } from './age.js';
import { NONE } from './format.js';
import { columns, printer, type Printer } from './printer.js';

/** Kinds that show when they were made instead of their age. */
export const createdAtPrinter: Printer = {
  columns: [
    { name: 'Name', type: 'string', format: 'name' },
    { name: 'Created At', type: 'date' },
  ],
  cells: ({ metadata }) => [metadata.name ?? '', metadata.creationTimestamp ?? ''],
};

export const bindingPrinter = printer<RoleBinding>({
  columns: columns('Name', 'Role', 'Age', 'Users+', 'Groups+', 'ServiceAccounts+'),
  cells({ metadata, roleRef, subjects }, { nowMs }) {
    const of = (kind: string): string =>
      (subjects ?? [])
        .filter((subject) => subject.kind === kind)
        .map(({ name, namespace }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name))
        .join(', ');
    return [
      metadata.name ?? '',
      `${roleRef?.kind ?? ''}/${roleRef?.name ?? ''}`,
      age(metadata.creationTimestamp, nowMs),
      of('User'),
      of('Group'),
      of('ServiceAccount'),
    ];
  },
});

export const signingRequestPrinter = printer<CertificateSigningRequest>({
  columns: columns('Name', 'Age', 'SignerName', 'Requestor', 'RequestedDuration', 'Condition'),
  cells({ metadata, spec, status }, { nowMs }) {
    const has = (type: string): boolean =>
      (status?.conditions ?? []).some((condition) => condition.type === type);
    const states = ['Approved', 'Denied', 'Failed'].filter(has);
    if (states.length === 0) states.push('Pending');
    if (status?.certificate) states.push('Issued');
    return [
      metadata.name ?? '',
      age(metadata.creationTimestamp, nowMs),
      spec?.signerName ?? '',
      spec?.username ?? '',
      spec?.expirationSeconds === undefined ? NONE : humanDuration(spec.expirationSeconds * 1000),
      states.join(','),
    ];
  },
});
