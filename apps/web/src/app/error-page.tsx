import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { ErrorNotice } from '../kit/notice.js';
import s from './full-page.module.css';

/** A whole page failed: the session could not be read, or a view broke. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div className={s.page}>
      <ErrorNotice what="This page could not be shown" error={error} onRetry={retry} />
    </div>
  );
}
