import type { Container, Pod } from '../types/index.js';
import type { ContainerProcess, ContainerRequest, ContainerRuntime, ImagePull } from './container-runtime.js';
import { behaviourOf } from './fault-annotations.js';
import { pullImage } from './image-registry.js';
import { parseImageReference } from './image-reference.js';
import type { ImageBehaviour } from './image-behaviour.js';
import { imageRoot } from './files/image-root.js';
import { imageBehaviour } from './images/index.js';
import { unknownImage } from './images/sample-apps.js';
import { builtins } from './shell/builtins.js';
import { SimulatedProcess } from './simulated-process.js';

/** Where programs find how they are to behave. */
const CONFIGURATION = /(?:^|\/)(?:etc|conf\w*)(?:\/|$)/;

/** Programs the small shell interprets, beside its builtins. */
const SHELLS = new Set([
  'sh',
  'bash',
  'ash',
  'dash',
  'sleep',
  'exit',
  'exec',
  'timeout',
  'nohup',
  'agnhost',
  'agnhost-2',
  'kube-webhook-certgen',
]);

/** Of a process that was asked nothing yet. */
const NOTHING_KEPT = new Map<string, string>();

/**
 * The default runtime: nothing is executed. An image behaves as the catalogue says, or as an image nothing is known about;
 * commands the small shell knows are interpreted; annotations on the pod change everything (see `fault-annotations.ts`).
 */
export class SimulatedRuntime implements ContainerRuntime {
  readonly version = 'containerd://2.1.4';

  pull(image: string, pod: Pod, containerName: string): ImagePull {
    const behaviour = behaviourOf(pod, containerName);
    const pull = pullImage(image, imageBehaviour);
    if ('reason' in pull) return pull;
    if (behaviour.faults.has('image-pull')) {
      return {
        ms: pull.ms,
        reason: 'ErrImagePull',
        message: `rpc error: code = Unknown desc = failed to pull and unpack image "${pull.name}": told to fail by annotation`,
      };
    }
    return behaviour.pullMs === undefined ? pull : { ...pull, ms: behaviour.pullMs };
  }

  image(image: string): ReturnType<ContainerRuntime['image']> {
    const reference = parseImageReference(image);
    const behaviour = typeof reference === 'string' ? unknownImage : imageBehaviour(reference);
    const { user = 0, files = {} } = behaviour;
    // Others build images of the same name that run as somebody else.
    const isOfficial = typeof reference !== 'string' && reference.name.startsWith('docker.io/library/');
    const isRoot = user === 0 && isOfficial && behaviour !== unknownImage;
    return { user, isRoot, root: (nowMs) => imageRoot(files, nowMs) };
  }

  start(request: ContainerRequest): ContainerProcess {
    const { pod, container, env, podIp, hostname } = request;
    const reference = parseImageReference(container.image ?? '');
    const image = typeof reference === 'string' ? unknownImage : imageBehaviour(reference);
    const words = expandedWords(container, image, env);
    const program = words?.[0]?.slice((words[0]?.lastIndexOf('/') ?? -1) + 1);
    const isScript =
      program !== undefined &&
      (image.interprets === true || !image.programs.includes(program)) &&
      (SHELLS.has(program) || builtins.has(program));
    // A script that ends in starting the image's own server is that server.
    const startsServer =
      isScript &&
      image.interprets !== true &&
      image.programs.some((name) =>
        words?.some((word) => new RegExp(`(^|[\\s;&|/])${escape(name)}([\\s;&]|$)`).test(word)),
      );
    const tag = typeof reference === 'string' ? '' : (reference.tag ?? '');
    return new SimulatedProcess({
      request,
      image,
      behaviour: behaviourOf(pod, container.name),
      context: {
        podName: pod.metadata.name ?? '',
        namespace: pod.metadata.namespace ?? '',
        podIp,
        nodeName: pod.spec?.nodeName ?? '',
        image: container.image ?? '',
        tag,
        port: 0,
        env,
        hostname,
        words: serverWords(words ?? [], image.programs),
        sinceStartMs: 0,
        nowMs: request.startedMs,
        files: request.files,
        network: request.network,
        clock: request.clock,
        memory: NOTHING_KEPT,
        exit: request.exit,
        run: () => ({ exitCode: 126, output: '' }),
        configured: container.volumeMounts?.some(({ mountPath }) => CONFIGURATION.test(mountPath)) ?? false,
      },
      script: isScript && !startsServer ? words : undefined,
      unknown:
        image === unknownImage || (program !== undefined && !image.programs.includes(program) && !isScript),
    });
  }
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function expandedWords(
  { command, args }: Container,
  image: ImageBehaviour,
  env: ReadonlyMap<string, string>,
): readonly string[] | undefined {
  const { entrypoint, command: usual } = image;
  const given = command?.length
    ? [...command, ...(args ?? [])]
    : entrypoint
      ? [...entrypoint, ...(args?.length ? args : (usual ?? []))]
      : args?.length && usual
        ? args
        : usual;
  return given?.map((word) =>
    word.replace(/\$\$|\$\(([A-Za-z_][\w.-]*)\)/g, (whole, name: string | undefined) =>
      name === undefined ? '$' : (env.get(name) ?? whole),
    ),
  );
}

/** The command line of an image's server, which a script may hold. */
function serverWords(words: readonly string[], programs: readonly string[]): readonly string[] {
  for (const name of programs) {
    const pattern = new RegExp(`(?:^|[\\s;&|/])${escape(name)}(?=\\s|$)([^;&|\\n]*)`);
    for (const word of words) {
      if (word.slice(word.lastIndexOf('/') + 1) === name) return words.slice(words.indexOf(word));
      const line = pattern.exec(word);
      if (line) return [name, ...(line[1] ?? '').trim().split(/\s+/)];
    }
  }
  return words;
}
