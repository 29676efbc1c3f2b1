import { useId } from 'react';
import { classNames } from './class-names.js';
import s from './field.module.css';

interface FieldProps {
  label: string;
  hint?: React.ReactNode;
  error?: string | undefined;
  children: (control: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': boolean | undefined;
  }) => React.ReactNode;
}

/** A labelled control with an explanation or its error below it. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={s.field}>
      <label className={s.label} htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        'aria-describedby': note ? `${id}-note` : undefined,
        'aria-invalid': error ? true : undefined,
      })}
      {note ? (
        <div id={`${id}-note`} className={error ? s.error : s.hint}>
          {note}
        </div>
      ) : null}
    </div>
  );
}

interface InputProps extends React.ComponentProps<'input'> {
  mono?: boolean;
  dense?: boolean;
}

export function Input({ className, mono = false, dense = false, ...rest }: InputProps) {
  return (
    <input
      spellCheck={false}
      autoComplete="off"
      {...rest}
      data-size={dense ? 's' : undefined}
      className={classNames(s.control, mono && s.mono, className)}
    />
  );
}

export function TextArea({ className, ...rest }: React.ComponentProps<'textarea'>) {
  return <textarea spellCheck={false} {...rest} className={classNames(s.control, className)} />;
}

interface SelectProps extends React.ComponentProps<'select'> {
  dense?: boolean;
}

export function Select({ className, dense = false, ...rest }: SelectProps) {
  return (
    <select {...rest} data-size={dense ? 's' : undefined} className={classNames(s.control, className)} />
  );
}

interface CheckboxProps extends Omit<React.ComponentProps<'input'>, 'type'> {
  label?: React.ReactNode;
  hint?: React.ReactNode;
  indeterminate?: boolean;
}

export function Checkbox({ label, hint, indeterminate = false, className, ...rest }: CheckboxProps) {
  const box = (
    <input
      {...rest}
      type="checkbox"
      className={s.box}
      ref={(element) => {
        if (element) element.indeterminate = indeterminate;
      }}
    />
  );
  if (label === undefined) return box;
  return (
    <label className={classNames(s.check, className)}>
      {box}
      <span className={s.texts}>
        <span>{label}</span>
        {hint ? <span className={s.hint}>{hint}</span> : null}
      </span>
    </label>
  );
}
