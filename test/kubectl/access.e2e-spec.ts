import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasKubectl } from './find-kubectl.js';
import { startCluster, type ServedCluster } from './served-cluster.js';
import { transcript } from './transcript.js';

describe.runIf(hasKubectl())('kubectl and who may what', () => {
  let served: ServedCluster;
  beforeAll(async () => {
    served = await startCluster();
  });
  afterAll(() => served.stop());

  it('refuses a user without a binding in Kubernetes’ words, and lets them in with one', async () => {
    const bob = { kubeconfig: served.kubeconfigFor('bob', ['developers']) };
    await transcript(
      served,
      `
      $ kubectl get pods
      Error from server (Forbidden): pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace "default"
      $ kubectl get nodes
      Error from server (Forbidden): nodes is forbidden: User "bob" cannot list resource "nodes" in API group "" at the cluster scope
      $ kubectl auth can-i list pods
      no
      $ kubectl auth whoami
      ATTRIBUTE VALUE
      Username bob
      Groups [developers system:authenticated]
      `,
      {},
      bob,
    );
    await transcript(
      served,
      `
      $ kubectl create rolebinding readers --clusterrole=view --group=developers
      rolebinding.rbac.authorization.k8s.io/readers created
      $ kubectl auth can-i list pods --as bob --as-group developers
      yes
      $ kubectl auth can-i list pods --as bob
      no
      `,
    );
    await transcript(
      served,
      `
      $ kubectl get pods
      No resources found in default namespace.
      $ kubectl get secrets
      Error from server (Forbidden): secrets is forbidden: User "bob" cannot list resource "secrets" in API group "" in the namespace "default"
      $ kubectl create configmap mine
      error: failed to create configmap: configmaps is forbidden: User "bob" cannot create resource "configmaps" in API group "" in the namespace "default"
      $ kubectl get pods --as admin
      Error from server (Forbidden): users "admin" is forbidden: User "bob" cannot impersonate resource "users" in API group "" at the cluster scope
      `,
      {},
      bob,
    );
  });

  it('does not let a user give away more than they have', async () => {
    await transcript(
      served,
      `
      $ kubectl create clusterrolebinding namespace-admins --clusterrole=admin --user=ann
      clusterrolebinding.rbac.authorization.k8s.io/namespace-admins created
      $ kubectl create role nodes --verb=create --resource=nodes --as ann
      Error from server (Forbidden): roles.rbac.authorization.k8s.io "nodes" is forbidden: user "ann" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:
      {APIGroups:[""], Resources:["nodes"], Verbs:["create"]}
      $ kubectl create role pods --verb=get --resource=pods --as ann
      role.rbac.authorization.k8s.io/pods created
      `,
    );
  });
});
