import type { ImageBehaviour } from '../image-behaviour.js';
import type { ImageReference } from '../image-reference.js';
import { agnhost, updateDemo } from './agnhost.js';
import { distribution } from './distributions.js';
import { etcd } from './etcd.js';
import {
  helloWorld,
  mongo,
  mysql,
  noNewPrivileges,
  pause,
  postgres,
  redis,
  shellImage,
} from './infrastructure.js';
import { certgen, guestbookFrontend, helloApp, podinfo, unknownImage } from './sample-apps.js';
import { sampleApiServer } from './sample-apiserver.js';
import { httpd, nginx } from './web-servers.js';

/** The catalogue: by the last part of the repository. A new image is a behaviour and a line here. */
const CATALOGUE = new Map<string, ImageBehaviour>([
  ['nginx', nginx],
  ['nginx-unprivileged', { ...nginx, ports: [8080] }],
  ['httpd', httpd],
  ['podinfo', podinfo],
  ['hello-app', helloApp],
  ['gb-frontend', guestbookFrontend],
  ['guestbook-ui', guestbookFrontend],
  ['agnhost', agnhost],
  ['nautilus', updateDemo('nautilus.jpg')],
  ['kitten', updateDemo('kitten.jpg')],
  ['kube-webhook-certgen', certgen],
  ['redis', redis],
  ['valkey', redis],
  ['gb-redis-follower', redis],
  ['gb-redisslave', redis],
  ['postgres', postgres],
  ['postgresql', postgres],
  ['mysql', mysql],
  ['mariadb', mysql],
  ['mongo', mongo],
  ['etcd', etcd],
  ['sample-apiserver', sampleApiServer],
  ['pause', pause],
  ['hello-world', helloWorld],
  ['nonewprivs', noNewPrivileges],
  ['busybox', shellImage],
  ['alpine', { ...shellImage, files: distribution('alpine') }],
  ['debian', { ...shellImage, files: distribution('debian') }],
  ['ubuntu', { ...shellImage, files: distribution('ubuntu') }],
  ['fedora', { ...shellImage, files: distribution('fedora') }],
  ['bash', shellImage],
  ['curl', shellImage],
  ['kubectl', shellImage],
]);

/** How an image behaves; images that are not in the catalogue run for ever and answer on every port. */
export function imageBehaviour({ repository }: ImageReference): ImageBehaviour {
  return CATALOGUE.get(repository.slice(repository.lastIndexOf('/') + 1)) ?? unknownImage;
}
