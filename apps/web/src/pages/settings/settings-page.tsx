import { getRouteApi } from '@tanstack/react-router';
import { FolderGit2, FolderKanban, Info, UsersRound } from 'lucide-react';
import { PageBar } from '../../app/page-bar.js';
import { TabPanel, Tabs } from '../../kit/tabs.js';
import { About } from './about.js';
import { Accounts } from './accounts.js';
import { Projects } from './projects.js';
import { Repositories } from './repositories.js';
import type { SettingsSection } from './settings-search.js';
import s from './settings-page.module.css';

const route = getRouteApi('/app/settings');

const TABS = [
  { value: 'repositories', label: 'Repositories', icon: <FolderGit2 size={15} /> },
  { value: 'projects', label: 'Projects', icon: <FolderKanban size={15} /> },
  { value: 'accounts', label: 'Accounts', icon: <UsersRound size={15} /> },
  { value: 'about', label: 'About', icon: <Info size={15} /> },
] satisfies { value: SettingsSection; label: string; icon: React.ReactNode }[];

export function SettingsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const section = search.section ?? 'repositories';

  const body = () => {
    switch (section) {
      case 'repositories':
        return (
          <Repositories
            isAdding={search.add === true}
            onAdd={(isAdding) =>
              void navigate({
                search: { section: 'repositories', ...(isAdding ? { add: true as const } : {}) },
              })
            }
          />
        );
      case 'projects':
        return <Projects />;
      case 'accounts':
        return <Accounts />;
      case 'about':
        return <About />;
    }
  };

  return (
    <>
      <PageBar title="Settings" />
      <Tabs
        label="Settings"
        value={section}
        onChange={(next) => void navigate({ search: { section: next } })}
        tabs={TABS}
        className={s.tabs}
        listClassName={s.list}
      >
        <TabPanel value={section} className={s.panel}>
          <div className={s.page}>{body()}</div>
        </TabPanel>
      </Tabs>
    </>
  );
}
