import type { Pod } from '../types/index.js';
import type { ContainerProcess, ContainerRequest, ContainerRuntime, ImagePull } from './container-runtime.js';
import { behaviourOf } from './fault-annotations.js';
import { pullImage } from './image-registry.js';
import { parseImageReference } from './image-reference.js';
import { imageBehaviour } from './images/index.js';
import { unknownImage } from './images/sample-apps.js';
import { builtins } from './shell/builtins.js';
import { SimulatedProcess } from './simulated-process.js';

/** Programs the small shell interprets, beside its builtins. */
const SHELLS = new Set(['sh', 'bash', 'ash', 'dash', 'sleep', 'exit', 'exec', 'timeout', 'nohup']);

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

  start(request: ContainerRequest): ContainerProcess {
    const { pod, container, env, podIp } = request;
    const reference = parseImageReference(container.image ?? '');
    const image = typeof reference === 'string' ? unknownImage : imageBehaviour(reference);
    const words = expandedWords(container.command, container.args, image.command, env);
    const program = words?.[0]?.slice((words[0]?.lastIndexOf('/') ?? -1) + 1);
    const isScript =
      program !== undefined &&
      !image.programs.includes(program) &&
      (SHELLS.has(program) || builtins.has(program));
    // A script that ends in starting the image's own server is that server.
    const startsServer =
      isScript &&
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
        configured:
          container.volumeMounts?.some(({ mountPath }) => !mountPath.startsWith('/var/run/secrets/')) ??
          false,
      },
      script: isScript && !startsServer ? words : undefined,
      unknown:
        image === unknownImage || (program !== undefined && !image.programs.includes(program) && !isScript),
    });
  }
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function expandedWords(
  command: readonly string[] | undefined,
  args: readonly string[] | undefined,
  imageCommand: readonly string[] | undefined,
  env: ReadonlyMap<string, string>,
): readonly string[] | undefined {
  const words = command?.length
    ? [...command, ...(args ?? [])]
    : args?.length && imageCommand
      ? args
      : imageCommand;
  return words?.map((word) =>
    word.replace(/\$\$|\$\(([A-Za-z_][\w.-]*)\)/g, (whole, name: string | undefined) =>
      name === undefined ? '$' : (env.get(name) ?? whole),
    ),
  );
}
