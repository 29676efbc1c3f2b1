/** What the start prints. */
export interface StartFacts {
  readonly url: string;
  readonly loginUrl: string;
  /** Where the password of the admin is to be found. */
  readonly password: string;
  readonly kubeconfig: string | undefined;
  readonly secondsSinceStart: number;
}

/** The lines a person reads first: where to click, and where the keys are. */
export function startText(facts: StartFacts): string {
  const lines = [
    '',
    `  Lotse is running (${facts.secondsSinceStart.toFixed(1)} s)`,
    '',
    `  Dashboard   ${facts.url}`,
    `  Sign in     ${facts.loginUrl}  (works once, for 15 minutes)`,
    `  Password    user admin, ${facts.password}`,
    ...(facts.kubeconfig === undefined
      ? []
      : [`  Cluster     kubectl --kubeconfig ${facts.kubeconfig} get pods -A`]),
    '',
    '  Ctrl-C stops.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}
