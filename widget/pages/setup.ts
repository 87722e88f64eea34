/** The set-up page's script. */
import { show } from "../src/agent/setup.tsx";

await show();
