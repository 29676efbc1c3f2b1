import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findKubectls, hasKubectl } from './find-kubectl.js';
import { follow, type Followed } from './follow.js';
import { startCluster, type ServedCluster } from './served-cluster.js';
import { transcript, type TranscriptOptions } from './transcript.js';

const TICKS = 'i=0; while true; do i=$((i+1)); echo tick $i; sleep 1; done';
const ECHO = `
apiVersion: v1
kind: Pod
metadata: {name: echo}
spec: {containers: [{name: echo, image: busybox, command: [cat], stdin: true}]}
`;

describe.runIf(hasKubectl())('kubectl that goes on', () => {
  let served: ServedCluster;
  beforeAll(async () => {
    served = await startCluster();
    await transcript(
      served,
      `
      $ kubectl run ticker --image=busybox -- sh -c '${TICKS}'
      pod/ticker created
      $ kubectl apply -f - <<< echo
      pod/echo created
      $ kubectl run web --image=nginx --port=80 --expose
      service/web created
      pod/web created
      $ kubectl wait --for=condition=Ready pod/ticker pod/echo pod/web --timeout=90s
      pod/ticker condition met
      pod/echo condition met
      pod/web condition met
      `,
      { echo: ECHO },
    );
  });
  afterAll(() => served.stop());

  const play = (text: string, options: TranscriptOptions = {}) => transcript(served, text, {}, options);
  const start = (args: string | string[], options: TranscriptOptions = {}): Followed => {
    const followed = follow(served, typeof args === 'string' ? args.split(' ') : args, options);
    onTestFinished(() => followed.stop());
    return followed;
  };

  it.for(findKubectls())('watches pods come, run, end and go ($version)', async ({ version, file }) => {
    const name = `seen-${version.replace('.', '-')}`;
    // A pod that is there already shows that both have begun.
    const watching = ['get', 'pods', '-w', '-l', `run in (web,${name})`];
    const watch = start(watching, { kubectl: file });
    const events = start([...watching, '--output-watch-events'], { kubectl: file });
    await watch.until(/^web 1\/1 Running/);
    await events.until(/^ADDED web 1\/1 Running/);
    await play(
      `
      $ kubectl run ${name} --image=busybox --restart=Never -- sh -c 'sleep 1; echo done'
      pod/${name} created
      `,
      { kubectl: file },
    );
    await watch.until(/Completed/);
    await play(
      `
      $ kubectl delete pod ${name}
      pod "${name}" deleted**
      `,
      { kubectl: file },
    );
    await events.until(/DELETED/);
    expect(watch.lines[0]).toBe('NAME READY STATUS RESTARTS AGE');
    const states = watch.lines.slice(2).map((line) => line.split(' ').slice(1, 3).join(' '));
    const different = states.filter((state, index) => state !== states[index - 1]);
    expect(different).toEqual(['0/1 Pending', '0/1 ContainerCreating', '1/1 Running', '0/1 Completed']);
    expect(events.lines[0]).toBe('EVENT NAME READY STATUS RESTARTS AGE');
    expect(events.lines[2]).toMatch(`ADDED ${name} 0/1 Pending 0 `);
    expect(events.lines.at(-1)).toMatch(`DELETED ${name} 0/1 Completed 0 `);
  });

  it('watches a deployment replace its replica set, and tells how a rollout goes', async () => {
    await play(`
      $ kubectl create deployment site --image=nginx:1.27 --replicas=2
      deployment.apps/site created
      $ kubectl rollout status deployment/site
      ...
      deployment "site" successfully rolled out
      `);
    const sets = start('get replicasets -w -l app=site');
    await sets.until(/^site-\S+ 2 2 2/);
    await play(`
      $ kubectl set image deployments/site nginx=nginx:1.28
      deployment.apps/site image updated
      `);
    const rollout = start('rollout status deployment/site');
    await rollout.until(/successfully rolled out/);
    await sets.until(/^site-\S+ 0 0 0/);
    const names = new Set(sets.lines.slice(1).map((line) => line.split(' ')[0]));
    expect(names.size).toBe(2);
    await play(`
      $ kubectl delete deployment site
      deployment.apps "site" deleted**
      `);
  });

  it('shows the beginning of a watch only when asked, and events as they happen', async () => {
    const later = start('get configmaps --watch-only -o name');
    const events = start('events --watch --for pod/late');
    const listed = start('get events -w --field-selector involvedObject.name=late,reason=Started');
    await play(`
      $ kubectl run late --image=busybox -- sleep 1000
      pod/late created
      `);
    await events.until(/Normal Scheduled Pod\/late Successfully assigned default\/late to node-\d/);
    await events.until(/Normal Started Pod\/late/);
    await listed.until(/Normal Started pod\/late/);
    await play(`
      $ kubectl create configmap seen
      configmap/seen created
      `);
    await later.until(/^configmap\/seen$/);
    expect(later.lines).toEqual(['configmap/seen']);
    await play(`
      $ kubectl delete pod/late configmap/seen --now
      pod "late" deleted**
      configmap "seen" deleted**
      `);
  });

  it.for(findKubectls())('follows logs and attaches to what runs ($version)', async ({ file }) => {
    const log = start('logs -f ticker --tail=1', { kubectl: file });
    const [, first] = await log.until(/^tick (\d+)$/);
    await log.until(new RegExp(`^tick ${Number(first) + 2}$`));
    const attached = start('attach ticker', { kubectl: file });
    await attached.until(/^tick \d+$/);
    const talk = start('attach -i echo', { kubectl: file });
    talk.write('said\n');
    await talk.until(/^said$/);
    await talk.stop();
    await play(`
      $ kubectl get pod echo
      NAME READY STATUS RESTARTS AGE
      echo 1/1 Running 0 *
      `);
  });

  it('reads logs by time, by their end, and of the container before', async () => {
    await play(`
      $ kubectl logs ticker --tail=1 --timestamps
      20*-*-*T*:*:*Z tick *
      $ kubectl logs ticker --since-time=2999-01-01T00:00:00Z
      $ kubectl logs ticker --limit-bytes=6
      tick 1
      $ kubectl run crash --image=busybox -- sh -c 'echo a life; exit 3'
      pod/crash created
      $ kubectl wait --for=jsonpath={.status.containerStatuses[0].restartCount}=1 pod/crash --timeout=90s
      pod/crash condition met
      $ kubectl logs crash --previous
      a life
      $ kubectl get pod crash -o jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}
      3
      $ kubectl delete pod crash --now
      pod "crash" deleted**
      `);
  });

  it('runs a pod for one command and takes it away again', async () => {
    await play(`
      $ kubectl run once --image=busybox --restart=Never --rm -i --quiet -- sh -c 'sleep 1; echo from inside'
      from inside
      ...
      $ kubectl get pod once
      Error from server (NotFound): pods "once" not found
      `);
  });

  it('serves the API and files to this machine', async () => {
    const proxy = start('proxy --port=0');
    const [, port = ''] = await proxy.until(/^Starting to serve on 127\.0\.0\.1:(\d+)$/);
    const get = async (path: string) => await fetch(`http://127.0.0.1:${port}${path}`);
    expect(await (await get('/api/v1/namespaces/default/pods/web')).json()).toMatchObject({
      kind: 'Pod',
      metadata: { name: 'web' },
    });
    expect(await (await get('/version')).json()).toMatchObject({ major: '1' });
    const page = await get('/api/v1/namespaces/default/services/web:80/proxy/');
    expect(await page.text()).toContain('<html');
    const refused = await get('/api/v1/namespaces/default/pods/web/exec?command=sh');
    expect(refused.status).toBe(403);
  });

  it.for(['service/web', 'pod/web'])('forwards a port to a %s', async (target) => {
    const forward = start(`port-forward ${target} :80`);
    const [, port = ''] = await forward.until(/^Forwarding from 127\.0\.0\.1:(\d+) -> 80$/);
    const page = await fetch(`http://127.0.0.1:${port}/`);
    expect(await page.text()).toContain('nginx');
  });

  it('waits for what comes and for what goes', async () => {
    const coming = start('wait --for=create configmap/awaited --timeout=90s');
    await play(`
      $ kubectl create configmap awaited
      configmap/awaited created
      `);
    await coming.until(/^(configmap\/awaited condition met|error: .*create.*)$/);
    await play(`
      $ kubectl run leaving --image=busybox -- sleep 100000
      pod/leaving created
      $ kubectl wait --for=condition=Ready pod/leaving --timeout=90s
      pod/leaving condition met
      $ kubectl delete pod leaving --grace-period=3 --wait=false
      pod "leaving" deleted**
      $ kubectl wait --for=delete pod/leaving --timeout=90s
      ...
      $ kubectl get pod leaving
      Error from server (NotFound): pods "leaving" not found
      $ kubectl delete configmap awaited
      configmap "awaited" deleted**
      `);
    await play(`
      $ kubectl wait --for=condition=Ready=false pod/web --timeout=1s
      error: timed out waiting for the condition on pods/web
      $ kubectl wait --for=jsonpath='{.status.phase}'=Running pod --all --timeout=90s
      pod/echo condition met
      pod/ticker condition met
      pod/web condition met
      $ kubectl wait --for=condition=Ready pod -l app=nobody --timeout=1s
      error: no matching resources found
      `);
  });
});
