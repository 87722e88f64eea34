/** What is not on the first screen, in one chunk that is fetched as soon as the first screen stands. */
export { Resolve } from "./resolve.tsx";
export { Settings } from "./settings.tsx";
export { Ticket } from "./ticket.tsx";
export { Transfer } from "./transfer.tsx";
export { Menu } from "./menu.tsx";
export { Account } from "../account/main.tsx";
export { SecondStep } from "../account/second.tsx";
