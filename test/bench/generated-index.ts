/** An index as Helm writes it, of at least this size: `charts` charts with many versions each. */
export function generatedIndex(minCharacters: number, charts: number): string {
  const versions = Math.ceil(minCharacters / (charts * versionOf('chart-00', 0).length));
  const entries = Array.from({ length: charts }, (_, index) => {
    const name = `chart-${String(index).padStart(2, '0')}`;
    const list = Array.from({ length: versions }, (__, version) => versionOf(name, versions - version));
    return `  ${name}:\n${list.join('')}`;
  });
  return `apiVersion: v1\nentries:\n${entries.join('')}generated: "2026-01-02T03:04:05.678901234Z"\n`;
}

function versionOf(name: string, version: number): string {
  return `  - annotations:
      artifacthub.io/changes: |
        - kind: changed
          description: Update the image of ${name}
      category: Infrastructure
    apiVersion: v2
    appVersion: 3.${version}.0
    created: "2026-01-02T03:04:05.678901234Z"
    dependencies:
    - condition: database.enabled
      name: database
      repository: https://charts.example.org
      version: 1${version % 10}.x.x
    description: 'A chart, described in one line: what it installs and who would want that'
    digest: ${String(version).padStart(64, '0')}
    home: https://example.org/${name}
    keywords:
    - delivery
    - ${name}
    maintainers:
    - email: someone@example.org
      name: Someone
    name: ${name}
    sources:
    - https://example.org/${name}/source
    urls:
    - https://charts.example.org/${name}-1.${version}.0.tgz
    version: 1.${version}.0
`;
}
