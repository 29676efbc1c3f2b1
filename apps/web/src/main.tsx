import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app/tokens.css';
import './app/base.css';
import { queryClient } from './app/query-client.js';
import { router } from './app/router.js';
import { applyTheme } from './app/theme.js';
import { live } from './live/live-connection.js';

applyTheme();

// After an update of the server the parts this page was built with are gone; the new page has its own.
window.addEventListener('vite:preloadError', () => {
  if (live.getState().kind === 'live') location.reload();
});

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
