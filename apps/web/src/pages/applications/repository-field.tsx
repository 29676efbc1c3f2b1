import { Field, Input } from '../../kit/field.js';
import s from './create-dialog.module.css';

interface RepositoryFieldProps {
  label: string;
  hint: string;
  error: string | undefined;
  name: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  /** Registered repositories, offered as one types. */
  known: readonly { repo: string; name?: string | undefined }[];
}

/** The address of a repository. What is offered can be typed over: lists help, they don't limit. */
export function RepositoryField(props: RepositoryFieldProps) {
  const { label, hint, error, name, placeholder, value, onChange, known } = props;
  const list = `known-for-${name}`;
  return (
    <div className={s.whole}>
      <Field label={label} error={error} hint={hint}>
        {(control) => (
          <Input
            {...control}
            name={name}
            mono
            list={list}
            required
            value={value}
            onChange={(event) => onChange(event.target.value)}
            placeholder={placeholder}
          />
        )}
      </Field>
      <datalist id={list}>
        {known.map((each) => (
          <option key={each.repo} value={each.repo} label={each.name || each.repo} />
        ))}
      </datalist>
    </div>
  );
}
