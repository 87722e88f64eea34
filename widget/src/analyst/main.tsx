/** The dashboard's first line of code. */
import { render } from "preact";
import { applyTheme, readPreferences } from "../agent/preferences.ts";
import staff from "../agent/staff.css";
import controls from "../shared/controls.css";
import { adopt } from "../shared/sheets.ts";
import { tokens } from "../shared/tokens.ts";
import { loadAnalyst } from "./catalog.ts";
import charts from "./charts/charts.css";
import dashboard from "./dashboard.css";
import { palette } from "./palette.ts";
import { App } from "./views/app.tsx";

adopt(document, tokens, palette, controls, staff, dashboard, charts);
const kept = readPreferences();
applyTheme(kept.theme);
render(<App translate={await loadAnalyst(kept.language)} kept={kept} />, document.getElementById("app") as HTMLElement);
