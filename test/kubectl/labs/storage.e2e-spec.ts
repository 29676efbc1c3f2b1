import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasKubectl } from '../find-kubectl.js';
import { startCluster, type ServedCluster } from '../served-cluster.js';
import { transcript } from '../transcript.js';

const MANIFESTS = {
  static: `
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: manual
  hostPath: {path: /srv/disk}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: claim}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: manual
  resources: {requests: {storage: 500Mi}}
`,
  writer: `
apiVersion: v1
kind: Pod
metadata: {name: writer}
spec:
  volumes: [{name: data, persistentVolumeClaim: {claimName: claim}}]
  containers:
  - {name: main, image: busybox, command: [sleep, "3600"], volumeMounts: [{name: data, mountPath: /data}]}
`,
  dynamic: `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: claim}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
`,
  set: `
apiVersion: v1
kind: Service
metadata: {name: sleep}
spec: {clusterIP: None, selector: {app: sleep}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: sleep}
spec:
  serviceName: sleep
  replicas: 2
  selector: {matchLabels: {app: sleep}}
  template:
    metadata: {labels: {app: sleep}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: main
        image: busybox
        command: [/bin/sleep, "3600"]
        volumeMounts: [{name: storage, mountPath: /storagedir}]
  volumeClaimTemplates:
  - metadata: {name: storage}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 100Mi}}}
`,
};

describe.runIf(hasKubectl())('storage', () => {
  let served: ServedCluster;
  beforeAll(async () => {
    served = await startCluster();
  });
  afterAll(() => served.stop());

  const play = (text: string) => transcript(served, text, MANIFESTS);

  it('binds a claim to a volume made by hand, keeps what is written, and keeps the volume when the claim is gone', async () => {
    await play(`
      $ kubectl apply -f - <<< static
      persistentvolume/disk created
      persistentvolumeclaim/claim created
      $ kubectl wait --for=jsonpath={.status.phase}=Bound pvc/claim --timeout=90s
      persistentvolumeclaim/claim condition met
      $ kubectl get pv,pvc
      NAME CAPACITY ACCESS MODES RECLAIM POLICY STATUS CLAIM STORAGECLASS VOLUMEATTRIBUTESCLASS REASON AGE
      persistentvolume/disk 1Gi RWO Retain Bound default/claim manual <unset> *
      NAME STATUS VOLUME CAPACITY ACCESS MODES STORAGECLASS VOLUMEATTRIBUTESCLASS AGE
      persistentvolumeclaim/claim Bound disk 1Gi RWO manual <unset> *
      $ kubectl apply -f - <<< writer
      pod/writer created
      $ kubectl wait --for=condition=Ready pod/writer --timeout=90s
      pod/writer condition met
      $ kubectl exec writer -- sh -c 'echo kept > /data/file'
      $ kubectl delete pod writer --now
      pod "writer" deleted**
      $ kubectl apply -f - <<< writer
      pod/writer created
      $ kubectl wait --for=condition=Ready pod/writer --timeout=90s
      pod/writer condition met
      $ kubectl exec writer -- cat /data/file
      kept
      $ kubectl describe pvc claim
      Name: claim
      Namespace: default
      StorageClass: manual
      Status: Bound
      Volume: disk
      Labels: <none>
      Annotations: pv.kubernetes.io/bind-completed: yes
      pv.kubernetes.io/bound-by-controller: yes
      Finalizers: [kubernetes.io/pvc-protection]
      Capacity: 1Gi
      Access Modes: RWO
      VolumeMode: Filesystem
      Used By: writer
      Events: <none>
      $ kubectl delete pod writer --now
      pod "writer" deleted**
      $ kubectl delete pvc claim
      persistentvolumeclaim "claim" deleted**
      $ kubectl get pv disk
      NAME CAPACITY ACCESS MODES RECLAIM POLICY STATUS CLAIM STORAGECLASS VOLUMEATTRIBUTESCLASS REASON AGE
      disk 1Gi RWO Retain Released default/claim manual <unset> *
      $ kubectl describe pv disk
      Name: disk
      Labels: <none>
      Annotations: pv.kubernetes.io/bound-by-controller: yes
      Finalizers: [kubernetes.io/pv-protection]
      StorageClass: manual
      Status: Released
      Claim: default/claim
      Reclaim Policy: Retain
      Access Modes: RWO
      VolumeMode: Filesystem
      Capacity: 1Gi
      Node Affinity: <none>
      Message:
      Source:
      Type: HostPath (bare host directory volume)
      Path: /srv/disk
      HostPathType:
      Events: <none>
      $ kubectl delete pv disk
      persistentvolume "disk" deleted**
      `);
  });

  it('makes a volume for a claim when a pod needs it, lets it grow, and removes it with the claim', async () => {
    await play(`
      $ kubectl get storageclass
      NAME PROVISIONER RECLAIMPOLICY VOLUMEBINDINGMODE ALLOWVOLUMEEXPANSION AGE
      standard (default) lotse.dev/simulated Delete WaitForFirstConsumer true *
      $ kubectl describe storageclass standard
      Name: standard
      IsDefaultClass: Yes
      Annotations: storageclass.kubernetes.io/is-default-class=true
      Provisioner: lotse.dev/simulated
      Parameters: <none>
      AllowVolumeExpansion: True
      MountOptions: <none>
      ReclaimPolicy: Delete
      VolumeBindingMode: WaitForFirstConsumer
      Events: <none>
      $ kubectl apply -f - <<< dynamic
      persistentvolumeclaim/claim created
      $ kubectl get pvc
      NAME STATUS VOLUME CAPACITY ACCESS MODES STORAGECLASS VOLUMEATTRIBUTESCLASS AGE
      claim Pending standard <unset> *
      $ kubectl apply -f - <<< writer
      pod/writer created
      $ kubectl wait --for=condition=Ready pod/writer --timeout=90s
      pod/writer condition met
      $ kubectl get pvc,pv
      NAME STATUS VOLUME CAPACITY ACCESS MODES STORAGECLASS VOLUMEATTRIBUTESCLASS AGE
      persistentvolumeclaim/claim Bound pvc-* 1Gi RWO standard <unset> *
      NAME CAPACITY ACCESS MODES RECLAIM POLICY STATUS CLAIM STORAGECLASS VOLUMEATTRIBUTESCLASS REASON AGE
      persistentvolume/pvc-* 1Gi RWO Delete Bound default/claim standard <unset> *
      $ kubectl exec writer -- sh -c 'echo kept > /data/file'
      $ kubectl delete pod writer --now
      pod "writer" deleted**
      $ kubectl apply -f - <<< writer
      pod/writer created
      $ kubectl wait --for=condition=Ready pod/writer --timeout=90s
      pod/writer condition met
      $ kubectl exec writer -- cat /data/file
      kept
      $ kubectl patch pvc claim -p '{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}'
      persistentvolumeclaim/claim patched
      $ kubectl wait --for=jsonpath={.status.capacity.storage}=2Gi pvc/claim --timeout=90s
      persistentvolumeclaim/claim condition met
      $ kubectl get pvc
      NAME STATUS VOLUME CAPACITY ACCESS MODES STORAGECLASS VOLUMEATTRIBUTESCLASS AGE
      claim Bound pvc-* 2Gi RWO standard <unset> *
      $ kubectl patch pvc claim -p '{"spec":{"resources":{"requests":{"storage":"1Gi"}}}}'
      The PersistentVolumeClaim "claim" is invalid: spec.resources.requests.storage: Forbidden: field can not be less than status.capacity
      $ kubectl delete pvc claim --wait=false
      persistentvolumeclaim "claim" deleted**
      $ kubectl get pvc claim
      NAME STATUS VOLUME CAPACITY ACCESS MODES STORAGECLASS VOLUMEATTRIBUTESCLASS AGE
      claim Terminating pvc-* 2Gi RWO standard <unset> *
      $ kubectl delete pod writer --now
      pod "writer" deleted**
      $ kubectl wait --for=delete pvc/claim --timeout=90s
      ...
      $ kubectl get pvc,pv
      No resources found
      `);
  });

  it('gives each pod of a stateful set a name and a disk of its own', async () => {
    await play(`
      $ kubectl apply -f - <<< set
      service/sleep created
      statefulset.apps/sleep created
      $ kubectl rollout status statefulset/sleep
      ...
      partitioned roll out complete: 2 new pods have been updated...
      $ kubectl get statefulset,service sleep
      NAME READY AGE
      statefulset.apps/sleep 2/2 *
      NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE
      service/sleep ClusterIP None <none> 80/TCP *
      $ kubectl get pods -l app=sleep
      NAME READY STATUS RESTARTS AGE
      sleep-0 1/1 Running 0 *
      sleep-1 1/1 Running 0 *
      $ kubectl get pvc
      NAME STATUS VOLUME CAPACITY ACCESS MODES STORAGECLASS VOLUMEATTRIBUTESCLASS AGE
      storage-sleep-0 Bound pvc-* 100Mi RWO standard <unset> *
      storage-sleep-1 Bound pvc-* 100Mi RWO standard <unset> *
      $ kubectl exec sleep-0 -- /bin/sh -c 'hostname > /storagedir/myhost'
      $ kubectl exec sleep-1 -- /bin/sh -c 'hostname > /storagedir/myhost'
      $ kubectl exec sleep-0 -- /bin/cat /storagedir/myhost
      sleep-0
      $ kubectl delete pod sleep-0
      pod "sleep-0" deleted**
      $ kubectl wait --for=condition=Ready pod/sleep-0 --timeout=90s
      pod/sleep-0 condition met
      $ kubectl exec sleep-0 -- /bin/cat /storagedir/myhost
      sleep-0
      $ kubectl scale statefulset sleep --replicas=3
      statefulset.apps/sleep scaled
      $ kubectl rollout status statefulset/sleep
      ...
      partitioned roll out complete: 3 new pods have been updated...
      $ kubectl scale statefulset sleep --replicas=1
      statefulset.apps/sleep scaled
      $ kubectl wait --for=jsonpath={.status.replicas}=1 statefulset/sleep --timeout=90s
      statefulset.apps/sleep condition met
      $ kubectl get pods -l app=sleep
      NAME READY STATUS RESTARTS AGE
      sleep-0 1/1 Running 0 *
      $ kubectl get pvc -o name
      persistentvolumeclaim/storage-sleep-0
      persistentvolumeclaim/storage-sleep-1
      persistentvolumeclaim/storage-sleep-2
      $ kubectl delete statefulset,service sleep
      statefulset.apps "sleep" deleted**
      service "sleep" deleted**
      $ kubectl get pvc -o name
      persistentvolumeclaim/storage-sleep-0
      persistentvolumeclaim/storage-sleep-1
      persistentvolumeclaim/storage-sleep-2
      $ kubectl delete pvc --all
      persistentvolumeclaim "storage-sleep-0" deleted**
      persistentvolumeclaim "storage-sleep-1" deleted**
      persistentvolumeclaim "storage-sleep-2" deleted**
      `);
  });
});
