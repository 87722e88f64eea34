/** Everything that the first sight of the page can do without, as one file. */
import { Chooser, Values } from "./choosing.tsx";
import { Definition } from "./definition.tsx";
import { Drafts } from "./drafts.tsx";
import { Drill } from "./drill.tsx";
import { Entries } from "./entries.tsx";
import { PainPoints } from "./painpoints.tsx";
import { Assumptions, OwnDays } from "./period.tsx";

export { savePng, saveSvg } from "../charts/picture.ts";
export { prepare } from "./words.ts";

export const PARTS = { Assumptions, Chooser, Definition, Drafts, Drill, Entries, OwnDays, PainPoints, Values };
