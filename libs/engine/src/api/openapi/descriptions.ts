/* What `kubectl explain` says. Written for people who meet the kind for the first time. */

/** Kinds, by the end of their definition's name. */
const KINDS: Readonly<Record<string, string>> = {
  'core.v1.Binding': 'Puts a pod on a node. Sent by schedulers; never stored.',
  'core.v1.ComponentStatus': 'Whether a part of the control plane is well.',
  'core.v1.ConfigMap':
    'Configuration as keys and values, to be read as files or environment variables by pods.',
  'core.v1.Endpoints': 'The addresses behind a service. EndpointSlice is the newer form.',
  'core.v1.Event': 'Something that happened to an object, as a note for people. Kept for an hour.',
  'core.v1.LimitRange':
    'Bounds and defaults for what each pod, container or claim of a namespace may ask for.',
  'core.v1.Namespace': 'A scope for names and rights. Deleting it deletes everything in it.',
  'core.v1.Node': 'A machine that runs pods.',
  'core.v1.PersistentVolume': 'Storage of the cluster that a claim can be bound to.',
  'core.v1.PersistentVolumeClaim': 'A request for storage, bound to a volume that fulfils it.',
  'core.v1.Pod': 'Containers that run together on one node, sharing its address and volumes.',
  'core.v1.PodTemplate': 'A description of pods to be made.',
  'core.v1.ReplicationController': 'Keeps a number of equal pods running. Deployment is the newer form.',
  'core.v1.ResourceQuota': 'Limits what all objects of a namespace may use together.',
  'core.v1.Secret': 'Confidential values, encoded as base64, to be read by pods.',
  'core.v1.Service': 'One name and address for a changing set of pods.',
  'core.v1.ServiceAccount': 'An identity for the programs in pods.',
  'apps.v1.ControllerRevision': 'A past or present state of a StatefulSet or DaemonSet, to roll back to.',
  'apps.v1.DaemonSet': 'Keeps one pod running on each node that is selected.',
  'apps.v1.Deployment':
    'Keeps a number of equal pods running and replaces them step by step when their template changes.',
  'apps.v1.ReplicaSet': 'Keeps a number of equal pods running. Usually made and owned by a Deployment.',
  'apps.v1.StatefulSet':
    'Keeps pods with stable names and storage of their own, started and stopped in order.',
  'batch.v1.CronJob': 'Starts a Job whenever its schedule says.',
  'batch.v1.Job': 'Runs pods until enough of them have succeeded.',
  'autoscaling.v1.HorizontalPodAutoscaler':
    'Changes the number of replicas to keep a target for their processor use.',
  'autoscaling.v2.HorizontalPodAutoscaler':
    'Changes the number of replicas to keep targets for measurements.',
  'autoscaling.v1.Scale': 'How many replicas are wanted and how many there are.',
  'policy.v1.PodDisruptionBudget': 'How many of some pods may be evicted at once.',
  'policy.v1.Eviction': 'Asks for a pod to be deleted, if its disruption budget allows.',
  'networking.v1.Ingress': 'Routes requests from outside to services by host and path.',
  'networking.v1.IngressClass': 'Which controller serves an Ingress.',
  'networking.v1.NetworkPolicy': 'Which traffic may reach and leave some pods.',
  'networking.v1.IPAddress': 'An address that a service has taken.',
  'networking.v1.ServiceCIDR': 'A range that addresses of services come from.',
  'discovery.v1.EndpointSlice': 'Some of the addresses behind a service.',
  'events.v1.Event': 'Something that happened to an object, as a note for people. Kept for an hour.',
  'coordination.v1.Lease': 'Who holds something, until when: heartbeats of nodes, election of leaders.',
  'rbac.v1.ClusterRole': 'Rights that hold in the whole cluster, or that a binding gives in one namespace.',
  'rbac.v1.ClusterRoleBinding':
    'Gives the rights of a ClusterRole to users, groups or service accounts, everywhere.',
  'rbac.v1.Role': 'Rights that hold in one namespace.',
  'rbac.v1.RoleBinding': 'Gives the rights of a role to users, groups or service accounts, in one namespace.',
  'storage.v1.CSIDriver': 'What a storage driver can do and wants to be told.',
  'storage.v1.CSINode': 'The storage drivers that a node has.',
  'storage.v1.CSIStorageCapacity': 'How much storage of a class is left in a part of the cluster.',
  'storage.v1.StorageClass': 'A kind of storage and who provides it.',
  'storage.v1.VolumeAttachment': 'That a volume is to be attached to a node.',
  'storage.v1.VolumeAttributesClass': 'Properties of volumes that can be changed while they are in use.',
  'scheduling.v1.PriorityClass':
    'A name for a priority of pods: higher ones are scheduled first and may push others out.',
  'node.v1.RuntimeClass': 'Which container runtime runs a pod.',
  'certificates.v1.CertificateSigningRequest':
    'Asks for a certificate to be signed; somebody must approve it.',
  'apiextensions.v1.CustomResourceDefinition': 'Adds a kind of object to the API.',
  'apiregistration.v1.APIService': 'Who answers for a version of a group of the API.',
  'admissionregistration.v1.MutatingWebhookConfiguration':
    'Webhooks that may change objects before they are stored.',
  'admissionregistration.v1.ValidatingWebhookConfiguration':
    'Webhooks that may refuse objects before they are stored.',
  'admissionregistration.v1.ValidatingAdmissionPolicy': 'Rules, as CEL expressions, that objects must obey.',
  'admissionregistration.v1.ValidatingAdmissionPolicyBinding': 'Where a ValidatingAdmissionPolicy holds.',
  'authentication.v1.TokenReview': 'Asks whether a token is valid and whose it is.',
  'authentication.v1.SelfSubjectReview': 'Asks who the API takes you for.',
  'authorization.v1.SubjectAccessReview': 'Asks whether somebody may do something.',
  'authorization.v1.SelfSubjectAccessReview': 'Asks whether you may do something.',
  'authorization.v1.SelfSubjectRulesReview': 'Asks what you may do in a namespace.',
  'authorization.v1.LocalSubjectAccessReview': 'Asks whether somebody may do something in a namespace.',
};

/** Fields that every kind has. */
const FIELDS: Readonly<Record<string, string>> = {
  apiVersion: 'The version of the schema this object is written in, such as `apps/v1`.',
  kind: 'What this object is, such as `Deployment`.',
  metadata: 'Name, labels, annotations and what else every object has.',
  spec: 'What is wanted.',
  status: 'What is observed. Written by the cluster.',
};

/** What is said of a definition such as `io.k8s.api.core.v1.Pod`; undefined where nothing is. */
export function describeKind(definition: string): string | undefined {
  const parts = definition.split('.');
  const end = parts.slice(-3).join('.');
  return Object.hasOwn(KINDS, end) ? KINDS[end] : undefined;
}

/** What is said of the fields of a kind that all kinds share. */
export function describeField(field: string): string | undefined {
  return Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
}
