interface PodShape {
  spec?: { containers?: { name?: unknown }[]; initContainers?: { name?: unknown }[] };
}

/** The names of a pod's containers, its own first, from its manifest as JSON. */
export function containersOf(manifest: string | undefined): string[] {
  if (!manifest) return [];
  try {
    const { spec } = JSON.parse(manifest) as PodShape;
    return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].flatMap(({ name }) =>
      typeof name === 'string' ? [name] : [],
    );
  } catch {
    return [];
  }
}
