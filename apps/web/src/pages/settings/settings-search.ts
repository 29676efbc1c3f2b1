import { compact, flagOf, textOf, wordOf } from '../../app/search-params.js';

export const SETTINGS_SECTIONS = [
  'repositories',
  'projects',
  'application-sets',
  'accounts',
  'access',
  'gpg-keys',
  'about',
] as const;
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];

/** View state of the settings: the section, whether its form for something new is open, and what is being edited. */
export const toSettingsSearch = (raw: Record<string, unknown>) =>
  compact({
    section: wordOf(raw, 'section', SETTINGS_SECTIONS),
    add: flagOf(raw, 'add'),
    edit: textOf(raw, 'edit'),
  });
