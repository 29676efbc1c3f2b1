import { Outlet } from '@tanstack/react-router';
import { Announcer } from './announcer.js';
import { LoadingBar } from './loading-bar.js';
import { Toasts } from './toasts.js';

export function Root() {
  return (
    <>
      <LoadingBar />
      <Outlet />
      <Toasts />
      <Announcer />
    </>
  );
}
