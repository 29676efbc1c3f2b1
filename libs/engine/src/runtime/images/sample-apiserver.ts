import { formatTime } from '../../time.js';
import { ExtensionApi } from '../extension-api/extension-api.js';
import { FileError } from '../files/container-files.js';
import { textFromBytes } from '../files/file-node.js';
import { MEBIBYTE, type ImageBehaviour, type ServerContext } from '../image-behaviour.js';
import type { TlsIdentity } from '../container-runtime.js';
import { flagsOf } from '../programs/agnhost.js';
import { banFlunder, wardleResources } from './wardle.js';

/** The server of each process, by what that process remembers. */
const servers = new WeakMap<Map<string, string>, ExtensionApi>();

/** Kubernetes' `sample-apiserver`: the API `wardle.example.com` behind the certificate its flags name, kept in the etcd they name. */
export const sampleApiServer: ImageBehaviour = {
  sizeBytes: 50 * MEBIBYTE,
  ports: [443],
  portsOf: (words) => [Number(flagsOf(words).get('secure_port') ?? 443)],
  startMs: 1000,
  stopMs: 500,
  milliCpu: 10,
  memoryBytes: 40 * MEBIBYTE,
  entrypoint: ['/sample-apiserver'],
  programs: ['sample-apiserver', 'wardle-apiserver'],
  startLines: ({ words, nowMs }) => {
    const at = formatTime(nowMs);
    const line = (source: string, told: string): string =>
      `I${at.slice(5, 7)}${at.slice(8, 10)} ${at.slice(11, 19)}.000000       1 ${source}] ${told}`;
    return [
      line('plugins.go:157', 'Loaded 2 mutating admission controllers: NamespaceLifecycle,BanFlunder.'),
      line('secure_serving.go:213', `Serving securely on [::]:${flagsOf(words).get('secure_port') ?? '443'}`),
    ];
  },
  tls: identityOf,
  serve(request, context) {
    const { memory, words, network, files, clock, podName, namespace, sinceStartMs } = context;
    let server = servers.get(memory);
    if (!server) {
      server = new ExtensionApi({
        resources: wardleResources(),
        admission: [banFlunder],
        etcd: (flagsOf(words).get('etcd_servers') ?? 'http://localhost:2379').split(',')[0] ?? '',
        network,
        files,
        clock,
        seed: `${namespace}/${podName}/${context.nowMs}`,
      });
      servers.set(memory, server);
    }
    return server.answer(request, sinceStartMs);
  },
};

/** Key and certificate in the files that flags name. */
function identityOf({ words, files }: ServerContext): TlsIdentity | undefined {
  const flags = flagsOf(words);
  const [cert = '', key = ''] = [flags.get('tls_cert_file'), flags.get('tls_private_key_file')];
  try {
    return { cert: textFromBytes(files().read(cert)), key: textFromBytes(files().read(key)) };
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}
