import { Skeleton } from '../../kit/skeleton.js';
import s from './page-loading.module.css';

export function PageLoading() {
  return (
    <div className={s.page} role="status" aria-label="Loading the application">
      <Skeleton height={64} />
      <Skeleton height={32} width="46%" />
      <Skeleton height={300} />
    </div>
  );
}
