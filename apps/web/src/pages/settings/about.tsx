import { useQuery } from '@tanstack/react-query';
import { settingsQuery, versionQuery } from '../../api/system.js';
import { Logo } from '../../app/logo.js';
import { setTheme, THEMES, useTheme } from '../../app/theme.js';
import { Fact, Facts } from '../../kit/facts.js';
import { Segmented } from '../../kit/segmented.js';
import s from './about.module.css';

const WORDS = { system: 'System', light: 'Light', dark: 'Dark' } as const;

export function About() {
  const settings = useQuery(settingsQuery);
  const version = useQuery(versionQuery);
  const theme = useTheme();
  return (
    <>
      <div className={s.head}>
        <Logo size={40} />
        <div>
          <h2 className={s.name}>Lotse</h2>
          <p className={s.sub}>GitOps continuous delivery with a Kubernetes-compatible cluster inside</p>
        </div>
      </div>
      <Facts>
        <Fact name="Version">{settings.data?.version ?? version.data?.['Version'] ?? '–'}</Fact>
        <Fact name="Address">{settings.data?.url || location.origin}</Fact>
        <Fact name="Roles">{settings.data?.roles?.join(', ') ?? '–'}</Fact>
        <Fact name="Asks Git every">
          {settings.data?.pollIntervalSeconds ? `${settings.data.pollIntervalSeconds} s` : '–'}
        </Fact>
        {Object.entries(version.data ?? {})
          .filter(([name, value]) => name !== 'Version' && typeof value === 'string' && value !== '')
          .map(([name, value]) => (
            <Fact key={name} name={name.replace(/([a-z])([A-Z])/g, '$1 $2')}>
              {value}
            </Fact>
          ))}
        <Fact name="Theme">
          <Segmented
            label="Theme"
            value={theme}
            onChange={setTheme}
            options={THEMES.map((value) => ({ value, label: WORDS[value] }))}
          />
        </Fact>
      </Facts>
    </>
  );
}
