export * from './clock.js';
export * from './virtual-clock.js';
export * from './adapters/system-clock.js';
export * from './random.js';
export * from './time.js';
export * from './store/stored-object.js';
export * from './store/store-event.js';
export * from './store/store.js';
export * from './api/api-error.js';
export * from './registry/resource.js';
export * from './registry/registry.js';
export { installObjects } from './registry/bootstrap.js';
export * from './clients/resource-type.js';
export * from './clients/client.js';
export * from './clients/work-queue.js';
export * from './cluster.js';
export type * as k8s from './types/index.js';
export * from './api/api-request.js';
export * from './api/api-context.js';
export * from './api/api-server.js';
export { currentVersionOf } from './api/conversion/current-version.js';
export type { RequestRecord } from './api/request-record.js';
export * from './auth/user-info.js';
export * from './auth/authenticator.js';
export * from './auth/authorizer.js';
export * from './auth/static-tokens.js';
export * from './auth/oidc/jwt-authenticator.js';
export * from './auth/oidc/read-authentication-configuration.js';
export * from './adapters/oidc/oidc-tokens.js';
export * from './adapters/client-certificates.js';
export * from './auth/certificates.js';
export * from './auth/kubeconfig.js';
export * from './auth/rbac-authorizer.js';
export * from './auth/install-rbac.js';
export * from './auth/service-account-tokens.js';
export * from './adapters/http-server.js';
export * from './adapters/with-webhooks.js';
export { present } from './api/present.js';
export * from './admission/pod-security/configuration.js';
export * from './admission/webhooks/unanswered-webhooks.js';
export * from './admission/webhooks/webhook-caller.js';
export * from './quantity.js';
export * from './runtime/container-runtime.js';
export * from './runtime/running-pods.js';
export * from './runtime/simulated-runtime.js';
export {
  behaviourOf,
  ANNOTATION_PREFIX,
  FAULTS,
  type Behaviour,
  type Fault,
} from './runtime/fault-annotations.js';
export * from './kubelet/node-spec.js';
export * from './network/cluster-network.js';
export * from './runtime/cluster-runtime.js';
export * from './network/dns/cluster-dns.js';
export * from './network/dns/dns-record.js';
export * from './network/endpoints.js';
export * from './network/service-proxy.js';
export * from './adapters/service-sockets.js';
export * from './adapters/dns-server.js';
export * from './engine.bench.js';
export * from './adapters/exec-shell.js';
export * from './scheduler/explain-placement.js';
export { parseSchedule } from './controllers/cron-job/schedule.js';
export * from './network/iptables-rules.js';
