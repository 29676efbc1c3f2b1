import { Skeleton } from '../../kit/skeleton.js';
import s from './list-loading.module.css';

export function ListLoading() {
  return (
    <div className={s.grid} role="status" aria-label="Loading applications">
      {Array.from({ length: 8 }, (_, index) => (
        <Skeleton key={index} height={150} />
      ))}
    </div>
  );
}
