/** The dashboard's first line of code. */
import { render } from "preact";
import { applyTheme, readPreferences } from "../agent/preferences.ts";
import staff from "../agent/staff.css";
import controls from "../shared/controls.css";
import { adopt } from "../shared/sheets.ts";
import { tokens } from "../shared/tokens.ts";
import { loadAnalyst } from "./catalog.ts";
import dashboard from "./dashboard.css";
import { App } from "./views/app.tsx";

adopt(document, tokens, controls, staff, dashboard);
const kept = readPreferences();
applyTheme(kept.theme);
render(<App translate={await loadAnalyst(kept.language)} kept={kept} />, document.getElementById("app") as HTMLElement);
