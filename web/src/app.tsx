import { type ReactNode, Suspense } from "react";
import { CoreAdminContext, CoreAdminUI, CustomRoutes } from "react-admin";
import { createBrowserRouter, Navigate, Route, RouterProvider, useLocation } from "react-router-dom";
import { LoadingPage } from "./components/loading-page.tsx";
import { ShortcutProvider } from "./components/shortcuts.tsx";
import { ToastProvider } from "./components/toast.tsx";
import type { Feature } from "./feature.ts";
import { Crashed, PageBoundary } from "./frame/crashed.tsx";
import { Frame } from "./frame/frame.tsx";
import { NotFound } from "./frame/not-found.tsx";
import { LanguageProvider } from "./i18n/language.tsx";
import { i18nProvider } from "./i18n/react-admin-messages.ts";
import { account } from "./routes/account/feature.ts";
import { calendars } from "./routes/calendars/feature.ts";
import { changes } from "./routes/changes/feature.ts";
import { deadLetters } from "./routes/dead-letters/feature.ts";
import { forecast } from "./routes/forecast/feature.ts";
import { maintenance } from "./routes/maintenance/feature.ts";
import { models } from "./routes/models/feature.ts";
import { overview } from "./routes/overview/feature.ts";
import { pauses } from "./routes/pauses/feature.ts";
import { people } from "./routes/people/feature.ts";
import { periodicTasks } from "./routes/periodic-tasks/feature.ts";
import { runs } from "./routes/runs/feature.ts";
import { SignInPage } from "./routes/sign-in/sign-in-page.tsx";
import { workers } from "./routes/workers/feature.ts";
import { queryClient } from "./services/query-client.ts";
import { authProvider } from "./services/session.ts";
import { AppTheme } from "./theme/app-theme.tsx";

/** Every feature of the admin, in the sidebar's order: one line each. */
const features: readonly Feature[] = [
  overview,
  periodicTasks,
  pauses,
  runs,
  forecast,
  calendars,
  workers,
  deadLetters,
  models,
  people,
  changes,
  maintenance,
  account,
];

function Layout({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  return (
    <Frame features={features}>
      <PageBoundary resetKey={pathname}>
        <Suspense fallback={<LoadingPage />}>{children}</Suspense>
      </PageBoundary>
    </Frame>
  );
}

function Admin() {
  const first = features[0]?.routes[0]?.path ?? "/";
  return (
    <LanguageProvider>
      <AppTheme>
        <CoreAdminContext authProvider={authProvider} i18nProvider={i18nProvider} queryClient={queryClient}>
          <ToastProvider>
            <ShortcutProvider>
              <CoreAdminUI
                disableTelemetry
                requireAuth
                title="hyoshi"
                layout={Layout}
                loginPage={SignInPage}
                loading={LoadingPage}
                catchAll={NotFound}
                error={Crashed}
              >
                <CustomRoutes>
                  {features.flatMap(({ routes }) =>
                    routes.map(({ path, Page }) => <Route key={path} path={path} element={<Page />} />),
                  )}
                  {first !== "/" && <Route path="/" element={<Navigate to={first} replace />} />}
                </CustomRoutes>
              </CoreAdminUI>
            </ShortcutProvider>
          </ToastProvider>
        </CoreAdminContext>
      </AppTheme>
    </LanguageProvider>
  );
}

const basename = new URL(document.baseURI).pathname.replace(/\/$/, "");
const router = createBrowserRouter([{ path: "*", element: <Admin />, errorElement: null }], { basename });

export function App() {
  return <RouterProvider router={router} />;
}
