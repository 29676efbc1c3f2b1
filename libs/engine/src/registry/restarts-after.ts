import type { Container } from '../types/index.js';

/** True when a container that ended so is to run again: its own rules come first, then its own policy, then the pod's. */
export function restartsAfter(
  { restartPolicy, restartPolicyRules = [] }: Container,
  exitCode: number,
  podPolicy: string,
): boolean {
  if (restartPolicy !== undefined) {
    const rule = restartPolicyRules.find(({ exitCodes }) => {
      const isNamed = exitCodes?.values?.includes(exitCode) ?? false;
      return exitCodes?.operator === 'NotIn' ? !isNamed : isNamed;
    });
    if (rule) return true;
  }
  const policy = restartPolicy ?? podPolicy;
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}
