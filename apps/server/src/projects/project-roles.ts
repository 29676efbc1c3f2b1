import type { KubeObject } from '@lotse/manifests';
import { z } from 'zod';

const rolesSchema = z.object({
  roles: z
    .array(
      z.object({
        name: z.string(),
        policies: z.array(z.string()).nullish(),
        groups: z.array(z.string()).nullish(),
      }),
    )
    .nullish(),
});

/**
 * The policy lines of a project's roles. A line counts only when it is about the role itself (`proj:<project>:<role>`)
 * and an object of the project: whoever may change a project can't reach beyond it.
 */
export function projectPolicyLines(project: KubeObject): string[] {
  const name = project.metadata.name ?? '';
  const spec = rolesSchema.safeParse(project['spec']).data;
  return (spec?.roles ?? []).flatMap((role) => {
    const subject = `proj:${name}:${role.name}`;
    const lines = (role.policies ?? []).filter((line) => {
      const [type, who, , , object] = line.split(',').map((part) => part.trim());
      return (
        type === 'p' &&
        who === subject &&
        object !== undefined &&
        object.startsWith(`${name}/`) &&
        !/[\r\n]/.test(line)
      );
    });
    const groups = (role.groups ?? [])
      .filter((group) => !/[,\r\n]/.test(group))
      .map((group) => `g, ${group}, ${subject}`);
    return [...lines, ...groups];
  });
}
