import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { DataSource } from 'typeorm';
import { requestId } from '../http/request-id.js';
import { redactText } from '../logging/redact.js';

/** One thing that was done or refused. Never put a secret into `detail`. */
export interface AuditEntry {
  readonly actor: string;
  /** Resource and verb: `repository.create`. */
  readonly action: string;
  readonly object: string;
  readonly outcome: 'success' | 'failure' | 'denied';
  readonly request?: Request;
  readonly detail?: Readonly<Record<string, unknown>>;
  /** When, where that isn't now. */
  readonly at?: Date;
}

/** A row as it is shown. */
export interface AuditRow {
  readonly sequence: string;
  readonly at: Date;
  readonly actor: string;
  readonly address: string;
  readonly action: string;
  readonly object: string;
  readonly outcome: string;
  readonly request_id: string;
  readonly detail: unknown;
}

/** Serialises writers, so that the chain has one order. */
const AUDIT_LOCK = 7_061_651_004;
const MAX_FIELD_LENGTH = 1_024;

/** Writes what people do. Each row carries a hash over itself and the row before: a change in the past shows. */
@Injectable()
export class AuditService {
  constructor(private readonly source: DataSource) {}

  async record(entry: AuditEntry): Promise<void> {
    await this.recordAll([entry]);
  }

  /** Records several in one go, in their order. */
  async recordAll(entries: readonly AuditEntry[]): Promise<void> {
    await this.source.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [AUDIT_LOCK]);
      const [last]: { sequence: string; hash: Buffer }[] = await manager.query(
        'SELECT sequence, hash FROM audit_log ORDER BY sequence DESC LIMIT 1',
      );
      let sequence = last ? BigInt(last.sequence) : 0n;
      let previous = last?.hash ?? Buffer.alloc(32);
      for (const entry of entries) {
        const at = entry.at ?? new Date();
        const fields = fieldsOf(entry);
        const detail = JSON.stringify(entry.detail ?? {});
        const hash = auditHash(previous, ++sequence, at, fields, detail);
        await manager.query(
          'INSERT INTO audit_log (sequence, at, actor, address, action, object, outcome, request_id, detail, previous_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)',
          [sequence.toString(), at, ...fields, detail, previous, hash],
        );
        previous = hash;
      }
    });
  }

  /** Removes entries from before; the last one stays, so that the chain goes on. Answers how many. */
  async sweep(before: Date): Promise<number> {
    const [, removed]: [unknown, number] = await this.source.query(
      'DELETE FROM audit_log WHERE at < $1 AND sequence < (SELECT max(sequence) FROM audit_log)',
      [before],
    );
    return removed;
  }

  /** The latest entries, newest first. */
  async list(limit: number, before?: bigint): Promise<AuditRow[]> {
    return this.source.query(
      'SELECT sequence, at, actor, address, action, object, outcome, request_id, detail FROM audit_log WHERE $2::bigint IS NULL OR sequence < $2 ORDER BY sequence DESC LIMIT $1',
      [limit, before?.toString() ?? null],
    );
  }
}

function fieldsOf(entry: AuditEntry): string[] {
  return [
    entry.actor,
    entry.request?.ip ?? '',
    entry.action,
    entry.object,
    entry.outcome,
    entry.request ? requestId(entry.request) : '',
  ].map((text) => redactText(text).slice(0, MAX_FIELD_LENGTH).replaceAll('\0', ''));
}

function auditHash(
  previous: Buffer,
  sequence: bigint,
  at: Date,
  fields: readonly string[],
  detail: string,
): Buffer {
  return createHash('sha256')
    .update(previous)
    .update(JSON.stringify([sequence.toString(), at.toISOString(), ...fields, detail]))
    .digest();
}
