import { dirname, resolve } from 'node:path';
import { type PodSecurityConfiguration, readAdmissionConfiguration } from '@lotse/engine';
import { isJsonObject, parseYaml } from '@lotse/manifests';
import { read } from './kube-sign-in.js';

const VARIABLE = 'LOTSE_KUBE_ADMISSION_CONFIG';

/**
 * What a file says about admission plugins, those included that it keeps in files beside it (`path`).
 * @throws CodedError when one can't be read or is wrong.
 */
export async function kubeAdmission(file: string): Promise<PodSecurityConfiguration> {
  const document = parseYaml(await read(VARIABLE, file));
  if (!isJsonObject(document) || !Array.isArray(document['plugins']))
    return readAdmissionConfiguration(document);
  const plugins = document['plugins'].map(async (plugin) => {
    if (!isJsonObject(plugin) || typeof plugin['path'] !== 'string' || plugin['path'] === '') return plugin;
    const text = await read(VARIABLE, resolve(dirname(file), plugin['path']));
    return { ...plugin, configuration: parseYaml(text) };
  });
  return readAdmissionConfiguration({ ...document, plugins: await Promise.all(plugins) });
}
