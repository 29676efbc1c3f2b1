import type { FieldError } from '../../api/api-error.js';
import type { CustomResourceConversion } from '../../types/index.js';
import { forbiddenField, invalidValue, notSupported, required } from '../field-errors.js';
import { fill, within } from '../fill.js';
import { dns1035Problems } from '../names.js';
import { validateClientConfig } from './admission-configuration.js';

const FIELD = 'spec.conversion';
/** The versions of ConversionReview the API server speaks. */
const REVIEW_VERSIONS = ['v1', 'v1beta1'];

/** What a definition that leaves it out means about its webhook. */
export function defaultConversion(conversion: CustomResourceConversion): CustomResourceConversion {
  return within(conversion, 'webhook', (webhook) =>
    within(webhook, 'clientConfig', (config) =>
      within(config, 'service', (service) => fill(service, { port: 443 })),
    ),
  );
}

/** What is wrong with how a definition converts its objects (apiextensions validateCustomResourceConversion, which knows the fields by older names). */
export function conversionErrors(conversion: CustomResourceConversion | undefined): FieldError[] {
  if (!conversion) return [];
  const { strategy, webhook } = conversion;
  if (!strategy) return [required(`${FIELD}.strategy`)];
  if (strategy !== 'None' && strategy !== 'Webhook')
    return [notSupported(`${FIELD}.strategy`, strategy, ['None', 'Webhook'])];
  const { clientConfig, conversionReviewVersions = [] } = webhook ?? {};
  if (strategy === 'None')
    return [
      ...(clientConfig ? [unexpected('webhookClientConfig')] : []),
      ...(conversionReviewVersions.length > 0 ? [unexpected('conversionReviewVersions')] : []),
    ];
  const at = `${FIELD}.webhookClientConfig`;
  return [
    ...(clientConfig
      ? validateClientConfig(clientConfig, at)
      : [required(at, 'required when strategy is set to Webhook')]),
    ...reviewVersionErrors(conversionReviewVersions),
  ];
}

const unexpected = (field: string): FieldError =>
  forbiddenField(`${FIELD}.${field}`, 'should not be set when strategy is not set to Webhook');

function reviewVersionErrors(versions: readonly string[]): FieldError[] {
  const at = `${FIELD}.conversionReviewVersions`;
  if (versions.length === 0) return [required(at)];
  const errors = versions.flatMap((version, index) =>
    versions.indexOf(version) < index
      ? [invalidValue(`${at}[${index}]`, version, 'duplicate version')]
      : dns1035Problems(version).map((problem) => invalidValue(`${at}[${index}]`, version, problem)),
  );
  if (!versions.some((version) => REVIEW_VERSIONS.includes(version)))
    errors.push(invalidValue(at, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`));
  return errors;
}
