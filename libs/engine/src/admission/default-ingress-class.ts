import { forbidden } from '../api/api-error.js';
import type { Ingress, IngressClass } from '../types/index.js';
import type { AdmissionPlugin } from './plugin.js';

const IS_DEFAULT = 'ingressclass.kubernetes.io/is-default-class';
const OLD_CLASS = 'kubernetes.io/ingress.class';

/** An Ingress that names no class gets the default one; there may be one only. */
export const defaultIngressClass: AdmissionPlugin = {
  name: 'DefaultIngressClass',
  admit({ operation, resource, object }, { store }) {
    if (operation !== 'CREATE' || resource.group !== 'networking.k8s.io' || resource.resource !== 'ingresses')
      return object;
    const ingress = object as Ingress;
    if (
      ingress.spec?.ingressClassName !== undefined ||
      ingress.metadata.annotations?.[OLD_CLASS] !== undefined
    )
      return object;
    const names: string[] = [];
    for (const found of store.table('networking.k8s.io/ingressclasses').objects.values()) {
      const { metadata } = found as IngressClass;
      if (metadata.annotations?.[IS_DEFAULT] === 'true') names.push(metadata.name ?? '');
    }
    if (names.length > 1)
      throw forbidden(
        resource,
        object.metadata.name ?? '',
        `${names.length} default IngressClasses were found, only 1 allowed`,
      );
    const [ingressClassName] = names;
    if (ingressClassName === undefined) return object;
    const defaulted: Ingress = { ...ingress, spec: { ...ingress.spec, ingressClassName } };
    return defaulted;
  },
};
