import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import { PageHead } from "../../components/page-head.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { useMay } from "../../services/session.ts";
import { AuditTab } from "./audit/audit-tab.tsx";
import { CodeTab } from "./code/code-tab.tsx";
import { FilesTab } from "./files/files-tab.tsx";
import { useMaintenanceMessages } from "./messages.ts";
import { ReplanTab } from "./replan/replan-tab.tsx";

/** What keeps a project in order and is done once in a while. */
export default function MaintenancePage() {
  const m = useMaintenanceMessages();
  const may = useMay();
  const [get, set] = useUrlState();
  const tabs = [
    { value: "replan", label: m.tabs.replan, Content: ReplanTab },
    { value: "audit", label: m.tabs.audit, Content: AuditTab },
    { value: "code", label: m.tabs.code, Content: CodeTab },
    ...(may("project.manage") ? [{ value: "files", label: m.tabs.files, Content: FilesTab }] : []),
  ] as const;
  const chosen = tabs.find(({ value }) => value === get("tab")) ?? tabs[0];
  return (
    <>
      <PageHead title={m.title} />
      <Tabs
        value={chosen.value}
        onChange={(_, tab: string) => set({ tab: tab === tabs[0].value ? undefined : tab })}
        variant="scrollable"
        sx={{ mb: 2 }}
      >
        {tabs.map(({ value, label }) => (
          <Tab key={value} value={value} label={label} />
        ))}
      </Tabs>
      <chosen.Content />
    </>
  );
}
