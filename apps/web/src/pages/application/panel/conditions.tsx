import { Ago } from '../../../kit/ago.js';
import { Glyph } from '../../../status/glyph.js';
import s from './conditions.module.css';

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

const isCondition = (value: unknown): value is Condition =>
  typeof value === 'object' && value !== null && 'type' in value && 'status' in value;

/** Conditions whose truth is bad news; for all others it is good news. */
const BAD_WHEN_TRUE = /Pressure|Failure|Failed|Unavailable|Stalled|Disruption/;

/** What an object says about itself. */
export function Conditions({ conditions }: { conditions: unknown }) {
  const list = Array.isArray(conditions) ? conditions.filter(isCondition) : [];
  if (list.length === 0) return null;
  return (
    <section className={s.conditions}>
      <h3 className={s.title}>Conditions</h3>
      <ul>
        {list.map((condition) => {
          const isGood = (condition.status === 'True') !== BAD_WHEN_TRUE.test(condition.type);
          const isKnown = condition.status !== 'Unknown';
          return (
            <li key={condition.type} className={s.condition}>
              <Glyph
                shape={isKnown ? (isGood ? 'check' : 'alert') : 'question'}
                tone={isKnown ? (isGood ? 'good' : 'warn') : 'mute'}
                size={13}
              />
              <div className={s.text}>
                <p>
                  <strong className={s.type}>{condition.type}</strong> is {condition.status}
                  {condition.reason ? <span className={s.reason}> {condition.reason}</span> : null}
                </p>
                {condition.message ? <p className={s.message}>{condition.message}</p> : null}
              </div>
              <Ago time={condition.lastTransitionTime} className={s.reason} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
