/** The agent console's first line of code: choose the language, put the page up, ask who is there. */
import { render } from "preact";
import controls from "../shared/controls.css";
import { adopt } from "../shared/sheets.ts";
import { tokens } from "../shared/tokens.ts";
import { loadAgent } from "./catalogs.ts";
import { Desk } from "./desk.ts";
import { applyTheme, readPreferences } from "./preferences.ts";
import console from "./console.css";
import staff from "./staff.css";
import { App } from "./views/app.tsx";

adopt(document, tokens, controls, staff, console);
const kept = readPreferences();
applyTheme(kept.theme);
document.documentElement.lang = kept.language;
const desk = new Desk();
// Both at once: neither needs the other.
const [translate] = await Promise.all([loadAgent(kept.language), desk.start()]);
render(<App desk={desk} translate={translate} kept={kept} />, document.getElementById("app") as HTMLElement);
