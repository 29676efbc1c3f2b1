import { classNames } from './class-names.js';
import s from './group.module.css';

interface GroupProps extends React.ComponentProps<'fieldset'> {
  legend: string;
}

/** Fields that belong together, in a frame with a name. */
export function Group({ legend, className, children, ...rest }: GroupProps) {
  return (
    <fieldset {...rest} className={classNames(s.group, className)}>
      <legend className={s.legend}>{legend}</legend>
      {children}
    </fieldset>
  );
}
