import { Injectable } from '@nestjs/common';
import type { SourceType } from '@lotse/gitops';
import { DataSource } from 'typeorm';
import type { RenderInput } from './render-protocol.js';

/** A render that was done: what it looked at, and what it gave. */
export interface RememberedRender {
  readonly digest: string;
  readonly sourceType: SourceType;
  readonly warnings: readonly string[];
  readonly inputs: readonly RenderInput[];
  /** Digest of what the cluster served, where that can matter; else empty. */
  readonly apiVersions: string;
}

interface Row {
  digest: string;
  source_type: SourceType;
  warnings: string[];
  inputs: RenderInput[];
  api_versions: string;
}

/** The last render of each source, so that a start renders nothing that is known. */
@Injectable()
export class RenderMemoryRepository {
  constructor(private readonly source: DataSource) {}

  async get(key: string): Promise<RememberedRender | undefined> {
    const rows: Row[] = await this.source.query(
      'SELECT digest, source_type, warnings, inputs, api_versions FROM remembered_renders WHERE key = $1',
      [key],
    );
    const [row] = rows;
    return (
      row && {
        digest: row.digest,
        sourceType: row.source_type,
        warnings: row.warnings,
        inputs: row.inputs,
        apiVersions: row.api_versions,
      }
    );
  }

  /** Removes what was rendered before; answers the keys. */
  async sweep(before: Date): Promise<string[]> {
    const [rows]: [{ key: string }[], number] = await this.source.query(
      'DELETE FROM remembered_renders WHERE rendered_at < $1 RETURNING key',
      [before],
    );
    return rows.map(({ key }) => key);
  }

  async put(
    key: string,
    { digest, sourceType, warnings, inputs, apiVersions }: RememberedRender,
  ): Promise<void> {
    await this.source.query(
      `INSERT INTO remembered_renders (key, digest, source_type, warnings, inputs, api_versions)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (key) DO UPDATE SET digest = excluded.digest, source_type = excluded.source_type,
         warnings = excluded.warnings, inputs = excluded.inputs, api_versions = excluded.api_versions, rendered_at = now()`,
      [key, digest, sourceType, JSON.stringify(warnings), JSON.stringify(inputs), apiVersions],
    );
  }
}
