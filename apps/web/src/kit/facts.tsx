import s from './facts.module.css';

/** Names and values of something, aligned. */
export function Facts({ children }: { children: React.ReactNode }) {
  return <dl className={s.facts}>{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className={s.fact}>
      <dt className={s.name}>{name}</dt>
      <dd className={s.value}>{children}</dd>
    </div>
  );
}
