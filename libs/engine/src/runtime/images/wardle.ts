import { forbidden } from '../../api/api-error.js';
import type { AdmissionPlugin } from '../../admission/plugin.js';
import { resourcesOf } from '../../crds/defined-resources.js';
import { invalidValue } from '../../registry/field-errors.js';
import type { FieldError } from '../../api/api-error.js';
import type { Converter, ResourceInfo } from '../../registry/resource.js';
import type { StoredObject } from '../../store/stored-object.js';
import type { CustomResourceDefinition, JSONSchemaProps } from '../../types/index.js';

const GROUP = 'wardle.example.com';
const STORAGE = `${GROUP}/v1alpha1`;

const text = (description: string): JSONSchemaProps => ({ type: 'string', description });
const object = (properties: Record<string, JSONSchemaProps>): JSONSchemaProps => ({
  type: 'object',
  properties,
});
const flunder = (spec: Record<string, JSONSchemaProps>): JSONSchemaProps =>
  object({
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    spec: object(spec),
    status: object({}),
  });

const definition = (
  scope: 'Namespaced' | 'Cluster',
  names: { readonly plural: string; readonly singular: string; readonly kind: string },
  versions: CustomResourceDefinition['spec']['versions'],
): CustomResourceDefinition => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${names.plural}.${GROUP}` },
  spec: { group: GROUP, scope, names: { ...names, listKind: `${names.kind}List` }, versions },
});

const FLUNDERS = definition('Namespaced', { plural: 'flunders', singular: 'flunder', kind: 'Flunder' }, [
  {
    name: 'v1alpha1',
    served: true,
    storage: true,
    schema: {
      openAPIV3Schema: flunder({
        reference: text('A name of another flunder or fischer, by the type of the reference.'),
        referenceType: text(
          'The type of the reference: Flunder where there is one and nothing else is said.',
        ),
      }),
    },
  },
  {
    name: 'v1beta1',
    served: true,
    storage: false,
    schema: {
      openAPIV3Schema: flunder({
        flunderReference: text('A name of another flunder; not together with fischerReference.'),
        fischerReference: text('A name of a fischer; not together with flunderReference.'),
        referenceType: text('The type of the reference.'),
      }),
    },
  },
]);

const FISCHERS = definition('Cluster', { plural: 'fischers', singular: 'fischer', kind: 'Fischer' }, [
  {
    name: 'v1alpha1',
    served: true,
    storage: true,
    schema: {
      openAPIV3Schema: object({
        apiVersion: { type: 'string' },
        kind: { type: 'string' },
        disallowedFlunders: {
          type: 'array',
          items: { type: 'string' },
          description: 'Names that flunders may not have.',
        },
      }),
    },
  },
]);

interface Flunder extends StoredObject {
  readonly spec?: {
    readonly reference?: string;
    readonly flunderReference?: string;
    readonly fischerReference?: string;
    readonly referenceType?: string;
  };
}

/** The resources of Kubernetes' `sample-apiserver`: flunders in two versions, and fischers. */
export function wardleResources(): readonly ResourceInfo[] {
  const made: ResourceInfo[] = resourcesOf(FLUNDERS).map((resource) => ({
    ...resource,
    converter: flunderConverter((apiVersion) =>
      made.find(({ version }) => `${GROUP}/${version}` === apiVersion),
    ),
    strategy: {
      ...resource.strategy,
      defaults: (given) => withReferenceType((resource.strategy.defaults?.(given) ?? given) as Flunder),
      validate: (given) => [
        ...(resource.strategy.validate?.(given) ?? []),
        ...flunderErrors(given as Flunder),
      ],
    },
  }));
  return [...made, ...resourcesOf(FISCHERS)];
}

/** No flunder is created under a name that a fischer disallows. */
export const banFlunder: AdmissionPlugin = {
  name: 'BanFlunder',
  validate({ operation, resource, object: given }, { store }) {
    if (operation !== 'CREATE' || resource.kind !== 'Flunder') return;
    const { name = '' } = given.metadata;
    for (const fischer of store.table(`${GROUP}/fischers`).objects.values()) {
      const { disallowedFlunders = [] } = fischer as { disallowedFlunders?: readonly string[] };
      if (disallowedFlunders.includes(name))
        throw forbidden(resource, name, 'this name may not be used, please change the resource name');
    }
  },
};

/** The first version has one field for both kinds of reference, the second one for each. */
function flunderConverter(resourceOf: Converter['resourceOf']): Converter {
  return {
    storage: STORAGE,
    resourceOf,
    isRemote: false,
    convert: (objects, apiVersion) =>
      objects.map((each) => {
        if (each.apiVersion === apiVersion) return each;
        const { spec, ...rest } = each as Flunder;
        const moved = spec && (apiVersion === STORAGE ? asOne(spec) : asTwo(spec));
        return { ...rest, apiVersion, ...(moved && { spec: moved }) };
      }),
  };
}

type Spec = NonNullable<Flunder['spec']>;

function asOne({ flunderReference, fischerReference, ...spec }: Spec): Spec {
  const reference = fischerReference ?? flunderReference;
  return { ...spec, ...(reference !== undefined && { reference }) };
}

function asTwo({ reference, ...spec }: Spec): Spec {
  if (reference === undefined) return spec;
  return spec.referenceType === 'Fischer'
    ? { ...spec, fischerReference: reference }
    : { ...spec, flunderReference: reference };
}

function withReferenceType(given: Flunder): Flunder {
  const { spec } = given;
  if (!spec?.reference || spec.referenceType !== undefined) return given;
  return { ...given, spec: { ...spec, referenceType: 'Flunder' } };
}

function flunderErrors({ apiVersion, spec = {} }: Flunder): FieldError[] {
  const {
    flunderReference = '',
    fischerReference = '',
    referenceType = '',
  } = apiVersion === STORAGE ? asTwo(spec) : spec;
  const findings: FieldError[] = [];
  const refuse = (field: string, value: string, why: string): unknown =>
    findings.push(invalidValue(`spec.${field}`, value, why));
  if (flunderReference && fischerReference)
    refuse('fischerReference', fischerReference, 'cannot be set with flunderReference at the same time');
  else if (flunderReference && referenceType !== 'Flunder')
    refuse('flunderReference', flunderReference, 'cannot be set if referenceType is not Flunder');
  else if (fischerReference && referenceType !== 'Fischer')
    refuse('fischerReference', fischerReference, 'cannot be set if referenceType is not Fischer');
  else if (!fischerReference && referenceType === 'Fischer')
    refuse('fischerReference', fischerReference, 'cannot be empty if referenceType is Fischer');
  else if (!flunderReference && referenceType === 'Flunder')
    refuse('flunderReference', flunderReference, 'cannot be empty if referenceType is Flunder');
  if (referenceType && referenceType !== 'Flunder' && referenceType !== 'Fischer')
    refuse('referenceType', referenceType, 'must be Flunder or Fischer');
  return findings;
}
