import s from './skeleton.module.css';

interface SkeletonProps {
  width?: number | string;
  height?: number | string;
}

/** The place of something that is still coming; invisible for the first 200 ms. */
export function Skeleton({ width = '100%', height = 14 }: SkeletonProps) {
  return <span className={s.bone} style={{ width, height }} aria-hidden="true" />;
}

/** Several lines of it, of uneven length. */
export function SkeletonLines({
  count,
  height = 14,
  gap = 12,
}: {
  count: number;
  height?: number;
  gap?: number;
}) {
  return (
    <div style={{ display: 'grid', gap }} role="status" aria-label="Loading">
      {Array.from({ length: count }, (_, index) => (
        <Skeleton key={index} height={height} width={`${92 - ((index * 17) % 38)}%`} />
      ))}
    </div>
  );
}
