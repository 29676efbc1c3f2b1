import { HelmError } from '../chart/chart-error.js';

/** Where charts come from. */
export type ChartAddress =
  | {
      readonly kind: 'http';
      /** Without credentials and trailing slashes. */
      readonly url: string;
    }
  | {
      readonly kind: 'oci';
      /** Host and port. */
      readonly registry: string;
      /** What comes before the name of the chart; may be empty. */
      readonly path: string;
    };

const MAX_LENGTH = 2_048;
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const PATH = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;

/**
 * Reads the address of a Helm repository (`https://`, `http://`) or of charts in a registry: `oci://host/path`, or, as
 * Argo CD writes it, `host/path`. Throws {@link HelmError}.
 */
export function parseChartAddress(text: string): ChartAddress {
  const address = text.trim();
  if (address.length <= MAX_LENGTH) {
    if (/^https?:\/\//i.test(address)) return readHttp(address);
    const oci = /^oci:\/\//i.test(address) ? address.slice('oci://'.length) : address;
    if (oci !== address || /^[^/:@]+[.:][^/@]*(?:\/|$)|^localhost(?:[:/]|$)/i.test(oci))
      return readOci(oci, text);
  }
  throw invalid(text, 'it is neither https://…, http://… nor oci://…');
}

function readHttp(address: string): ChartAddress {
  if (!URL.canParse(address)) throw invalid(address, 'it is no URL');
  const url = new URL(address);
  if (url.username !== '' || url.password !== '')
    throw invalid(
      `${url.protocol}//${url.host}${url.pathname}`,
      'it contains credentials. Register the repository with them instead, and leave them out here',
    );
  return { kind: 'http', url: `${url.origin}${url.pathname.replace(/\/+$/, '')}${url.search}` };
}

function readOci(address: string, text: string): ChartAddress {
  const [registry = '', ...rest] = address.replace(/\/+$/, '').split('/');
  const path = rest.join('/');
  if (!HOST.test(registry)) throw invalid(text, 'its host is missing or has characters that no host has');
  if (path !== '' && !PATH.test(path))
    throw invalid(text, 'names in a registry are lower-case letters, digits and . _ - between slashes');
  return { kind: 'oci', registry: registry.toLowerCase(), path };
}

/** The repository of a chart in a registry: its path and name. Throws {@link HelmError}. */
export function ociRepositoryOf(path: string, chart: string): string {
  const name = [path, chart].filter((part) => part !== '').join('/');
  if (!PATH.test(name))
    throw new HelmError(
      'helm/chart-missing',
      `chart ${JSON.stringify(chart.slice(0, 200))} is no name that a registry can have: only lower-case letters, digits and . _ - between slashes`,
    );
  return name;
}

function invalid(address: string, why: string): HelmError {
  return new HelmError(
    'helm/repository-invalid',
    `${JSON.stringify(address.slice(0, 200))} can't be used as a repository of charts: ${why}`,
  );
}
