import { parseYaml } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { readAuthenticationConfiguration } from './read-authentication-configuration.js';

const reserved = ['https://kubernetes.default.svc.cluster.local'];
const read = (yaml: string) => readAuthenticationConfiguration(parseYaml(yaml), reserved);
const head = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n';
const issuer = 'issuer: { url: https://a.example, audiences: [x] }';
const username = 'username: { claim: sub, prefix: "" }';

describe('an authentication configuration', () => {
  it('names issuers, and how their claims become users', () => {
    const { jwt, anonymous } = read(`${head}
jwt:
  - issuer:
      url: https://a.example/realm
      discoveryURL: https://internal.example/realm/.well-known/openid-configuration
      audiences: [one, two]
      audienceMatchPolicy: MatchAny
    claimMappings:
      username: { expression: 'claims.email' }
      groups: { claim: roles, prefix: "a:" }
    claimValidationRules:
      - { expression: 'claims.?email_verified.orValue(true) == true', message: confirm it }
anonymous: { enabled: true, conditions: [{ path: /livez }] }
`);
    expect(jwt).toHaveLength(1);
    expect(jwt[0]).toMatchObject({
      issuer: { url: 'https://a.example/realm', audiences: ['one', 'two'] },
      groups: { claim: 'roles', prefix: 'a:' },
      uid: undefined,
      claimRules: [{ message: 'confirm it' }],
    });
    expect(anonymous).toEqual({ enabled: true, paths: ['/livez'] });
    expect(read(head)).toEqual({ jwt: [], anonymous: undefined });
  });

  const mistakes: readonly [string, string][] = [
    ['kind: Config', 'apiVersion, kind: must be apiserver.config.k8s.io/v1 and AuthenticationConfiguration'],
    ['[]', 'must be an object'],
    [`${head}jtw: []`, 'jtw: unknown field'],
    [`${head}jwt: [{}]`, 'jwt[0].issuer.url: Required value'],
    [`${head}jwt: [{}]`, 'jwt[0].claimMappings.username: Required value: claim or expression is required'],
    [`${head}jwt: [{ issuer: { url: http://a } }]`, 'URL scheme must be https'],
    [`${head}jwt: [{ issuer: { url: 'https://a?b#c' } }]`, 'URL must not contain a query'],
    [`${head}jwt: [{ issuer: { url: '${reserved[0]}' } }]`, 'URL must not overlap with disallowed issuers'],
    [`${head}jwt: [{ issuer: { url: https://a, audiences: [x, x] } }]`, 'audiences[1]: Duplicate value: "x"'],
    [
      `${head}jwt: [{ issuer: { url: https://a, audiences: [x, z] } }]`,
      'audienceMatchPolicy must be MatchAny',
    ],
    [
      `${head}jwt: [{ issuer: { url: https://a, certificateAuthority: hello } }]`,
      'Invalid value: "<omitted>"',
    ],
    [
      `${head}jwt: [{ ${issuer}, claimMappings: { ${username} } }, { ${issuer} }]`,
      'jwt[1].issuer.url: Duplicate value',
    ],
    [
      `${head}jwt: [{ ${issuer}, claimMappings: { username: { claim: sub } } }]`,
      'username.prefix: Required value',
    ],
    [
      `${head}jwt: [{ ${issuer}, claimMappings: { username: { claim: a, expression: '"b"' } } }]`,
      "claim and expression can't both be set",
    ],
    [
      `${head}jwt: [{ ${issuer}, claimMappings: { username: { expression: 'claims.email' } } }]`,
      'claims.email_verified must be used in',
    ],
    [
      `${head}jwt: [{ ${issuer}, claimMappings: { username: { expression: 'claim.sub' } } }]`,
      "undeclared reference to 'claim'",
    ],
    [
      `${head}jwt: [{ ${issuer}, claimMappings: { ${username}, extra: [{ key: a.k8s.io/b, valueExpression: '"c"' }] } }]`,
      'reserved for Kubernetes use',
    ],
    [
      `${head}jwt: [{ ${issuer}, claimMappings: { ${username}, extra: [{ key: Plain, valueExpression: '' }] } }]`,
      'must be a domain-prefixed path',
    ],
    [
      `${head}jwt: [{ ${issuer}, claimMappings: { ${username} }, claimValidationRules: [{ claim: a, message: b }] }]`,
      'may not be specified when claim is set',
    ],
    [
      `${head}jwt: [{ ${issuer}, claimMappings: { ${username} }, userValidationRules: [{ expression: 'claims.a' }] }]`,
      "undeclared reference to 'claims'",
    ],
    [`${head}anonymous: { conditions: [{ path: /livez }] }`, 'enabled should be set to true'],
  ];
  it.each(mistakes.map(([yaml, problem]) => [problem, yaml] as const))('is refused: %s', (problem, yaml) => {
    expect(() => read(yaml)).toThrow(problem);
  });

  it('is refused without repeating credentials', () => {
    expect(() => read(`${head}jwt: [{ issuer: { url: 'https://me:canary@a.example' } }]`)).toThrow(
      'URL must not contain a username or password',
    );
    expect(() => read(`${head}jwt: [{ issuer: { url: 'https://me:canary@a.example' } }]`)).not.toThrow(
      'canary',
    );
  });
});
