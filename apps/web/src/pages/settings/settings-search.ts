import { compact, flagOf, wordOf } from '../../app/search-params.js';

export const SETTINGS_SECTIONS = ['repositories', 'projects', 'accounts', 'about'] as const;
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];

/** View state of the settings: the section, and whether the form for a new repository is open. */
export const toSettingsSearch = (raw: Record<string, unknown>) =>
  compact({ section: wordOf(raw, 'section', SETTINGS_SECTIONS), add: flagOf(raw, 'add') });
