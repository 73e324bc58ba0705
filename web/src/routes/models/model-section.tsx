import TableRowsIcon from "@mui/icons-material/TableRowsOutlined";
import { SideHeading, SideLink } from "../../frame/side-bar.tsx";
import { useFormat } from "../../i18n/use-format.ts";
import { useModels } from "../../services/models.ts";

/** The apps' models in the sidebar, by app; the server answers those that one may see. */
export function ModelSection({ onNavigate }: { onNavigate: () => void }) {
  const format = useFormat();
  const { data } = useModels();
  return [...Map.groupBy(data ?? [], ({ app }) => app)].map(([app, models]) => (
    <div key={app}>
      <SideHeading>{app}</SideHeading>
      {models.map(({ name, labelPlural }) => (
        <SideLink
          key={name}
          to={`/models/${encodeURIComponent(name)}`}
          label={format.text(labelPlural)}
          icon={TableRowsIcon}
          onNavigate={onNavigate}
        />
      ))}
    </div>
  ));
}
