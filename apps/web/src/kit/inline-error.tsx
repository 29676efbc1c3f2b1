import { CircleAlert } from 'lucide-react';
import { describeError, nextStep } from '../api/api-error.js';
import s from './inline-error.module.css';

/** The user's own action failed: said at once, where the action is. */
export function InlineError({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  const { code, message } = describeError(error);
  return (
    <div className={s.error} role="alert">
      <CircleAlert size={15} />
      <div>
        {message} {nextStep(error)} <code>{code}</code>
      </div>
    </div>
  );
}
