import { Field, Input } from './field.js';

interface PasswordFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  error?: string | undefined;
  /** The password the account has already, where another would be a new one. */
  isCurrent?: boolean;
}

/** A labelled input for a password, which password managers understand. */
export function PasswordField({
  label,
  value,
  onChange,
  hint,
  error,
  isCurrent = false,
}: PasswordFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <Input
          {...control}
          type="password"
          autoFocus={isCurrent}
          autoComplete={isCurrent ? 'current-password' : 'new-password'}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
