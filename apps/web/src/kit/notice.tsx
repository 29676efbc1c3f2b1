import { CircleAlert } from 'lucide-react';
import { describeError, nextStep } from '../api/api-error.js';
import { Button } from './button.js';
import s from './notice.module.css';

interface NoticeProps {
  icon?: React.ReactNode;
  title: string;
  children?: React.ReactNode;
  actions?: React.ReactNode;
}

/** Stands where there is nothing to show, and says why and what to do. */
export function Notice({ icon, title, children, actions }: NoticeProps) {
  return (
    <div className={s.notice}>
      {icon ? <div className={s.icon}>{icon}</div> : null}
      <p className={s.title}>{title}</p>
      {children ? <div className={s.text}>{children}</div> : null}
      {actions ? <div className={s.actions}>{actions}</div> : null}
    </div>
  );
}

/** Stands where something failed: what was tried, the sentence, the code, the next step. */
export function ErrorNotice({
  what,
  error,
  onRetry,
  actions,
}: {
  what: string;
  error: unknown;
  onRetry?: () => void;
  actions?: React.ReactNode;
}) {
  const { code, message } = describeError(error);
  return (
    <div className={s.notice} role="alert">
      <div className={s.icon} data-bad="">
        <CircleAlert size={20} />
      </div>
      <p className={s.title}>{what}</p>
      <p className={s.text}>{message}</p>
      <p className={s.text}>{nextStep(error)}</p>
      <span className={s.code}>{code}</span>
      {onRetry || actions ? (
        <div className={s.actions}>
          {onRetry ? <Button onClick={onRetry}>Try again</Button> : null}
          {actions}
        </div>
      ) : null}
    </div>
  );
}
