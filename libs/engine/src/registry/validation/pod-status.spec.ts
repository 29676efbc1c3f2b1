import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod, PodSpec, PodStatus } from '../../types/index.js';
import { keepTold, validatePodStatus } from './pod-status.js';

const pod = (status: PodStatus, spec: Partial<PodSpec> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a' },
  spec: { containers: [{ name: 'main', image: 'i' }], restartPolicy: 'Never', ...spec },
  status,
});
const findings = (status: PodStatus, old: PodStatus = {}, spec: Partial<PodSpec> = {}): string[] =>
  validatePodStatus(pod(status, spec), pod(old, spec)).map(({ field, message }) => `${field}: ${message}`);

const container = (
  state: ContainerStatus['state'],
  more: Partial<ContainerStatus> = {},
): ContainerStatus => ({
  name: 'main',
  image: 'i',
  imageID: '',
  ready: false,
  restartCount: 0,
  state: state ?? {},
  ...more,
});
const ended = container({ terminated: { exitCode: 1 } });
const running = container({ running: {} });

describe('the status of a pod', () => {
  it.each<[string, PodStatus, string[]]>([
    ['of addresses', { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] }, []],
    [
      'of two addresses of one family',
      { podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] },
      [
        'status.podIPs: Invalid value: [{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}]: may specify no more than one IP for each IP family',
      ],
    ],
    [
      'of a host at two places',
      { hostIP: '10.0.0.1', hostIPs: [{ ip: '10.0.0.2' }] },
      ['status.hostIPs[0].ip: Invalid value: "10.0.0.2": must be equal to `hostIP`'],
    ],
    [
      'of conditions without a name',
      {
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: '-', status: 'True', observedGeneration: -1 },
        ],
      },
      [
        'status.conditions[1].observedGeneration: Invalid value: -1: must be a non-negative integer',
        "status.conditions[1].Type: Invalid value: \"-\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      ],
    ],
    [
      'of devices nobody asked for',
      {
        containerStatuses: [
          container(
            {},
            {
              allocatedResourcesStatus: [{ name: 'claim:c', resources: [{ resourceID: 'r', health: 'x' }] }],
            },
          ),
        ],
        resourceClaimStatuses: [{ name: 'c' }],
      },
      [
        'status.resourceClaimStatuses[0].name: Invalid value: "c": must match the name of an entry in `spec.resourceClaims`',
        `status.containerStatuses[0].allocatedResourcesStatus[0].name: Invalid value: "claim:c": must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty`,
        'status.containerStatuses[0].allocatedResourcesStatus[0].resources[0].health: Unsupported value: "x": supported values: "Healthy", "Unhealthy", "Unknown"',
      ],
    ],
    [
      'of a user that can be none',
      { containerStatuses: [container({}, { user: { linux: { uid: -1, gid: 0 } } })] },
      [
        'status.containerStatuses[0].user.linux.uid: Invalid value: -1: must be between 0 and 2147483647, inclusive',
      ],
    ],
    [
      'of another quality',
      { qosClass: 'Burstable' },
      ['status.qosClass: Invalid value: "Burstable": field is immutable'],
    ],
  ])('%s', (_, status, expected) => {
    expect(findings(status)).toEqual(expected);
  });

  it('has no container run again that has ended for good', () => {
    const says = [
      'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
    ];
    const back = (spec: Partial<PodSpec>) =>
      findings({ containerStatuses: [running] }, { containerStatuses: [ended] }, spec);
    expect(back({ restartPolicy: 'Never' })).toEqual(says);
    expect(back({ restartPolicy: 'OnFailure' })).toEqual([]);
    expect(back({ restartPolicy: 'Always' })).toEqual([]);
    const restartPolicyRules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }];
    expect(
      back({ containers: [{ name: 'main', image: 'i', restartPolicy: 'Never', restartPolicyRules }] }),
    ).toEqual([]);
  });

  it('names no other node once the pod is on one', () => {
    expect(findings({ nominatedNodeName: 'b' }, {}, { nodeName: 'a' })).toEqual([
      'status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node',
    ]);
    expect(findings({ nominatedNodeName: 'b' })).toEqual([]);
  });

  it('keeps what was told before by those who do not tell', () => {
    const old: PodStatus = {
      qosClass: 'Burstable',
      observedGeneration: 2,
      conditions: [{ type: 'Ready', status: 'True', observedGeneration: 2 }],
    };
    expect(keepTold({ conditions: [{ type: 'Ready', status: 'False' }] }, old)).toEqual({
      qosClass: 'Burstable',
      observedGeneration: 2,
      conditions: [{ type: 'Ready', status: 'False', observedGeneration: 2 }],
    });
  });
});
