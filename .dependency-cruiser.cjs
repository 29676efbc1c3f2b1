/** The arrows of ARCHITECTURE.md: dependencies point down, never up, never in a circle. */
const below = {
  'libs/manifests': [],
  'libs/helm': ['libs/manifests'],
  'libs/kustomize': ['libs/manifests'],
  'libs/jsonnet': ['libs/manifests'],
  'libs/engine': ['libs/manifests'],
  'libs/gitops': ['libs/manifests'],
  'apps/cli': ['libs/manifests', 'libs/helm', 'libs/kustomize'],
  'apps/web': [],
  'apps/server': [
    'libs/manifests',
    'libs/helm',
    'libs/kustomize',
    'libs/jsonnet',
    'libs/engine',
    'libs/gitops',
  ],
};

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Not even of types: what two files share belongs into a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...Object.entries(below).map(([from, allowed]) => ({
      name: `arrows-of-${from.replace('/', '-')}`,
      comment: `${from} may only use ${allowed.join(', ') || 'nothing of this repository'}`,
      severity: 'error',
      from: { path: `^${from}/` },
      to: { path: '^(libs|apps)/', pathNot: `^(${[from, ...allowed].join('|')})/` },
    })),
    {
      name: 'libraries-do-no-io',
      comment: 'Libraries are pure; only the engine adapters touch sockets or files.',
      severity: 'error',
      from: { path: '^libs/', pathNot: '(\\.spec\\.ts$|^libs/engine/src/adapters/)' },
      to: {
        path: '^(node:)?(fs|fs/promises|net|http|https|http2|tls|dgram|dns|child_process|worker_threads|process|os)$',
      },
    },
    {
      name: 'frameworks-stay-in-the-server',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: 'node_modules/(@nestjs|typeorm|bullmq|pg|react|express|socket\\.io)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|generated|testdata)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      conditionNames: ['lotse-src', 'import', 'types', 'default'],
      exportsFields: ['exports'],
    },
  },
};
