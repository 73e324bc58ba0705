import { PageHead } from "../../components/page-head.tsx";
import { usePeriodicTaskMessages } from "./messages.ts";

export default function PeriodicTaskListPage() {
  const m = usePeriodicTaskMessages();
  return <PageHead title={m.title} />;
}
