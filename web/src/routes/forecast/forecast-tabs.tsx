import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import { Link } from "react-router-dom";
import { useForecastMessages } from "./messages.ts";

/** A day's timeline and the week's load: two pages, each with its address. */
export function ForecastTabs({ value }: { value: "day" | "week" }) {
  const m = useForecastMessages();
  return (
    <Tabs value={value} sx={{ mb: 2 }}>
      <Tab value="day" label={m.tabs.day} component={Link} to="/timeline" />
      <Tab value="week" label={m.tabs.week} component={Link} to="/timeline/week" />
    </Tabs>
  );
}
