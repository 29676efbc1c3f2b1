import type { FieldError } from '../../api/api-error.js';
import type { PodSpec, SecurityContext } from '../../types/index.js';
import { invalidEach, invalidValue } from '../field-errors.js';
import { dnsSubdomainProblems } from '../names.js';

type WindowsOptions = SecurityContext['windowsOptions'];

const LARGEST_SPEC_KIB = 64;
const LONGEST_DOMAIN = 256;
const LONGEST_USER = 104;
const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const DNS = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

/** Who a container on Windows is (validateWindowsSecurityContextOptions). */
export function validateWindowsOptions(options: WindowsOptions, field: string): FieldError[] {
  if (!options) return [];
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName } = options;
  const at = `${field}.gmsaCredentialSpec`;
  return [
    ...(name === undefined
      ? []
      : invalidEach(`${field}.gmsaCredentialSpecName`, name, dnsSubdomainProblems(name))),
    ...(spec === '' ? [invalidValue(at, spec, 'gmsaCredentialSpec cannot be an empty string')] : []),
    ...(spec !== undefined && Buffer.byteLength(spec) > LARGEST_SPEC_KIB * 1024
      ? [invalidValue(at, spec, `gmsaCredentialSpec size must be under ${LARGEST_SPEC_KIB} KiB`)]
      : []),
    ...(runAsUserName === undefined
      ? []
      : invalidEach(
          `${field}.runAsUserName`,
          runAsUserName,
          userProblems(runAsUserName).map((problem) => `runAsUserName${problem}`),
        )),
  ];
}

/** A user, `DOMAIN\\user` at most. */
function userProblems(text: string): string[] {
  if (text === '') return [' cannot be an empty string'];
  if (/\p{Cc}/u.test(text)) return [' cannot contain control characters'];
  const parts = text.split('\\');
  if (parts.length > 2) return [' cannot contain more than one backslash'];
  const user = parts.at(-1) ?? '';
  const domain = parts.length === 2 ? (parts[0] ?? '') : undefined;
  const problems: string[] = [];
  if ((domain ?? '').length >= LONGEST_DOMAIN)
    problems.push(`'s Domain length must be under ${LONGEST_DOMAIN} characters`);
  if (domain !== undefined && !NETBIOS.test(domain) && !DNS.test(domain))
    problems.push("'s Domain doesn't match the NetBios nor the DNS format");
  if (user === '') problems.push("'s User cannot be empty");
  else if (user.length > LONGEST_USER)
    problems.push(`'s User length must not be longer than ${LONGEST_USER} characters`);
  if (/^[. ]+$/.test(user)) problems.push("'s User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user))
    problems.push('\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]');
  return problems;
}

/** Containers that run as processes of their node are alone in their pod, and in the network of the node. */
export function validateHostProcesses(spec: PodSpec, field: string): FieldError[] {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  const errors: FieldError[] = [];
  let [all, processes] = [0, 0];
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const)
    for (const [index, { securityContext }] of (spec[list] ?? []).entries()) {
      const own = securityContext?.windowsOptions?.hostProcess;
      all += 1;
      if (own ?? ofPod) processes += 1;
      if (ofPod !== undefined && own !== undefined && own !== ofPod)
        errors.push(
          invalidValue(
            `${field}.${list}[${index}].securityContext.windowsOptions.hostProcess`,
            own,
            `pod hostProcess value must be identical if both are specified, was ${ofPod}`,
          ),
        );
    }
  if (processes === 0) return errors;
  if (processes !== all)
    errors.push(
      invalidValue(
        field,
        '',
        'If pod contains any hostProcess containers then all containers must be HostProcess containers',
      ),
    );
  if (!spec.hostNetwork)
    errors.push(
      invalidValue(
        `${field}.hostNetwork`,
        false,
        'hostNetwork must be true if pod contains any hostProcess containers',
      ),
    );
  return errors;
}
