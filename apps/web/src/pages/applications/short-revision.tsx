import s from './short-revision.module.css';

/** The part of a commit people read aloud; versions of charts stay whole. */
export function ShortRevision({ revision }: { revision: string | undefined }) {
  if (!revision) return <code className={s.revision}>–</code>;
  return (
    <code className={s.revision} title={revision}>
      {/^[0-9a-f]{40,64}$/.test(revision) ? revision.slice(0, 7) : revision}
    </code>
  );
}
