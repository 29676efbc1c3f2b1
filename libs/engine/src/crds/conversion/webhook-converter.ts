import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '@lotse/manifests';
import type { WebhookCall } from '../../admission/webhooks/webhook-caller.js';
import { asUuid, type WebhookQuestion, type Webhooks } from '../../admission/webhooks/webhooks.js';
import { ApiError } from '../../api/api-error.js';
import { jsonText } from '../../api/serialize.js';
import type { Converter } from '../../registry/resource.js';
import type { StoredObject } from '../../store/stored-object.js';
import type { CustomResourceDefinition } from '../../types/index.js';
import { acceptConverted, ConversionProblem, readConvertedObjects } from './converted-objects.js';

/** How long a conversion may take (webhook_converter.go's client). */
const TIMEOUT_SECONDS = 30;
/** Objects asked about at once, and characters of them: what comes back has to fit into an answer that is read. */
const LARGEST_BATCH = { objects: 200, characters: 1024 * 1024 };

/**
 * Asks the webhook of a definition (strategy `Webhook`). An object that is known in a version is not asked about again: what has
 * been answered is remembered by whoever shows it, until the object or the definition changes.
 */
export class WebhookConverter implements Converter {
  readonly storage: string;
  readonly resourceOf: Converter['resourceOf'];
  readonly isRemote = true;
  readonly #definition: CustomResourceDefinition;
  readonly #webhooks: Webhooks;

  constructor(
    definition: CustomResourceDefinition,
    storage: string,
    resourceOf: Converter['resourceOf'],
    webhooks: Webhooks,
  ) {
    this.storage = storage;
    this.resourceOf = resourceOf;
    this.#definition = definition;
    this.#webhooks = webhooks;
  }

  convert(objects: readonly StoredObject[], apiVersion: string): readonly StoredObject[] {
    const foreign = objects.filter((object) => object.apiVersion !== apiVersion);
    if (foreign.length === 0) return objects;
    const batches = batchesOf(foreign);
    const questions = batches.map((batch) => this.#question(batch, apiVersion));
    const answers = this.#webhooks.ask(questions);
    const converted = batches.flatMap((batch, index) => {
      const answer = answers[index];
      const question = questions[index];
      if (!answer || !question) return [];
      try {
        // The reason is the caller's own; that it could not call is said below.
        if (answer.kind === 'failed')
          throw new ConversionProblem(`failed: ${answer.problem.replace(/^failed to call webhook: /, '')}`);
        return read(batch, question.call, answer.body, apiVersion);
      } catch (error) {
        if (!(error instanceof ConversionProblem)) throw error;
        const [first] = batch;
        const of = `${first?.apiVersion}, Kind=${first?.kind}`;
        throw new ApiError(500, '', `conversion webhook for ${of} ${error.message}`, {});
      }
    });
    let next = 0;
    return objects.map((object) =>
      object.apiVersion === apiVersion ? object : (converted[next++] ?? object),
    );
  }

  #question(batch: readonly StoredObject[], apiVersion: string): WebhookQuestion {
    const { spec, metadata } = this.#definition;
    const { clientConfig = {}, conversionReviewVersions = [] } = spec.conversion?.webhook ?? {};
    const reviewVersion = conversionReviewVersions.find((one) => one === 'v1' || one === 'v1beta1') ?? 'v1';
    const asked = JSON.stringify([clientConfig, reviewVersion, apiVersion, batch.map(substance)]);
    const digest = createHash('sha256').update(asked).digest('hex');
    const { url, caBundle, service } = clientConfig;
    const { name = '', namespace = '', path, port } = service ?? {};
    const request = {
      uid: asUuid(digest),
      desiredAPIVersion: apiVersion,
      objects: batch as unknown as JsonValue,
    };
    return {
      digest,
      call: {
        name: `conversion_webhook_for_${metadata.name}`,
        clientConfig: {
          ...(url !== undefined && { url }),
          ...(caBundle !== undefined && { caBundle }),
          ...(service && {
            service: {
              name,
              namespace,
              ...(path !== undefined && { path }),
              ...(port !== undefined && { port }),
            },
          }),
        },
        timeoutSeconds: TIMEOUT_SECONDS,
        review: { kind: 'ConversionReview', apiVersion: `apiextensions.k8s.io/${reviewVersion}`, request },
      },
    };
  }
}

function batchesOf(objects: readonly StoredObject[]): StoredObject[][] {
  const batches: StoredObject[][] = [];
  let batch: StoredObject[] = [];
  let size = 0;
  for (const object of objects) {
    const length = jsonText(object).length;
    const isFull = batch.length >= LARGEST_BATCH.objects || size + length > LARGEST_BATCH.characters;
    if (isFull || batches.length === 0) {
      batches.push((batch = []));
      size = 0;
    }
    batch.push(object);
    size += length;
  }
  return batches;
}

function read(
  batch: readonly StoredObject[],
  { review }: WebhookCall,
  body: unknown,
  apiVersion: string,
): StoredObject[] {
  const request = review['request'] as JsonObject;
  const version = String(review['apiVersion'] as string).slice('apiextensions.k8s.io/'.length);
  const given = readConvertedObjects(body, version, String(request['uid'] as string));
  if (given.length !== batch.length)
    throw new ConversionProblem(`returned ${given.length} objects, expected ${batch.length}`);
  const isList = batch.length > 1;
  return batch.map((original, index) => {
    const at = ` at index ${index}`;
    return acceptConverted(original, given[index], apiVersion, {
      object: isList ? `converted object${at}` : 'object',
      metadata: isList ? `metadata in object${at}` : 'metadata',
    });
  });
}

/**
 * What a conversion depends on. When something was written and by whom is not the webhook's to change, and differs between two tries
 * of one write.
 */
function substance(object: StoredObject): unknown {
  const { name, namespace, uid, generation, labels, annotations, finalizers, ownerReferences } =
    object.metadata;
  const metadata = { name, namespace, uid, generation, labels, annotations, finalizers, ownerReferences };
  return { ...object, metadata };
}
