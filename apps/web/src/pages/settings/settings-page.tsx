import { getRouteApi } from '@tanstack/react-router';
import { FileKey2, FolderGit2, FolderKanban, Info, Layers, ShieldCheck, UsersRound } from 'lucide-react';
import { PageBar } from '../../app/page-bar.js';
import { TabPanel, Tabs } from '../../kit/tabs.js';
import { About } from './about.js';
import { Access } from './access.js';
import { Accounts } from './accounts.js';
import { ApplicationSets } from './application-sets.js';
import { GpgKeys } from './gpg-keys.js';
import { Projects } from './projects.js';
import { Repositories } from './repositories.js';
import type { SettingsSection } from './settings-search.js';
import s from './settings-page.module.css';

const route = getRouteApi('/app/settings');

const TABS = [
  { value: 'repositories', label: 'Repositories', icon: <FolderGit2 size={15} /> },
  { value: 'projects', label: 'Projects', icon: <FolderKanban size={15} /> },
  { value: 'application-sets', label: 'Application sets', icon: <Layers size={15} /> },
  { value: 'accounts', label: 'Accounts', icon: <UsersRound size={15} /> },
  { value: 'access', label: 'Access', icon: <ShieldCheck size={15} /> },
  { value: 'gpg-keys', label: 'GPG keys', icon: <FileKey2 size={15} /> },
  { value: 'about', label: 'About', icon: <Info size={15} /> },
] satisfies { value: SettingsSection; label: string; icon: React.ReactNode }[];

export function SettingsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const section = search.section ?? 'repositories';

  const isAdding = search.add === true;
  const onAdd = (adding: boolean) =>
    void navigate({ search: { section, ...(adding ? { add: true as const } : {}) } });

  const body = () => {
    switch (section) {
      case 'repositories':
        return <Repositories isAdding={isAdding} onAdd={onAdd} />;
      case 'projects':
        return (
          <Projects
            isAdding={isAdding}
            editing={search.edit}
            onOpen={(form) => void navigate({ search: { section, ...form } })}
          />
        );
      case 'application-sets':
        return <ApplicationSets />;
      case 'accounts':
        return <Accounts isAdding={isAdding} onAdd={onAdd} />;
      case 'access':
        return <Access />;
      case 'gpg-keys':
        return <GpgKeys isAdding={isAdding} onAdd={onAdd} />;
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
