/** Line icons, drawn here: 24 by 24, the colour of the text beside them. */
import type { JSX } from "preact";

const PATHS = {
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.700 1.900 7.500 5.500",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.200 2",
  inbox: "M4 13.500 6.500 5h11l2.500 8.500V19H4v-5.500Zm0 0h4.500l1.200 2.500h4.600l1.200-2.500H20",
  bot: "M6 9.500h12a2 2 0 0 1 2 2V17a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-5.500a2 2 0 0 1 2-2ZM12 9.500V5.500M9 13.500v1.500M15 13.500v1.500M12 5.200a.8.8 0 1 0 0-1.600.8.8 0 0 0 0 1.600Z",
  check: "m5 12.500 4.500 4.500L19 7.500",
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6 6 18",
  note: "M5 4.500h14V14l-5.500 5.500H5v-15ZM19 14h-5.500v5.500M8.500 9h7M8.500 12.500h4",
  reply: "M10 6 4.500 11.500 10 17M5 11.500h8.500c3.500 0 6 2 6 6",
  giveBack: "M4.500 12a7.500 7.500 0 1 1 2.300 5.400M4.500 12V7M4.500 12h5",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5.500M12 7.600v.3",
  search: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM15.500 15.500 20 20",
  keyboard: "M3.500 6.500h17v11h-17v-11ZM7 10h.1M10.300 10h.1M13.700 10h.1M17 10h.1M8 14h8",
  settings: "M12 15.200a3.200 3.200 0 1 0 0-6.400 3.200 3.200 0 0 0 0 6.400ZM4 7.500h2.500M17.500 16.500H20M4 16.500h6M14 7.500h6M4 12h3M17 12h3",
  sliders: "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400ZM9 19.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400Z",
  chart: "M4.500 19.500v-7M10 19.500v-12M15.500 19.500V10M20.500 19.500V4.500",
  send: "M5 12 4 4.500 20.500 12 4 19.500 5 12Zm0 0h7",
  eye: "M2.800 12S6 5.800 12 5.800 21.200 12 21.200 12 18 18.200 12 18.200 2.800 12 2.800 12ZM12 14.600a2.600 2.600 0 1 0 0-5.200 2.600 2.600 0 0 0 0 5.200Z",
  down: "M12 5v14M6 13l6 6 6-6",
  transfer: "M4 8.500h14M14.500 5 18 8.500 14.500 12M20 15.500H6M9.500 12 6 15.500 9.500 19",
  mail: "M4 6h16v12H4V6Zm0 1 8 6 8-6",
  out: "M14 4.500h5.500v15H14M4.500 12H15M11 8l4 4-4 4",
  warn: "M12 4.500 21 19.500H3L12 4.500ZM12 10.500v4M12 16.900v.2",
  sparkle: "M12 4l1.800 5.200L19 11l-5.200 1.800L12 18l-1.800-5.200L5 11l5.200-1.800L12 4Z",
  copy: "M8.500 8.500h11v11h-11v-11ZM15.500 8.500v-4h-11v11h4",
  stop: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM5.700 5.700l12.600 12.600",
  team: "M9 11.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM2.500 19.500c.6-3.200 3.200-5 6.500-5s5.900 1.800 6.500 5M16 4.900a3.500 3.500 0 0 1 0 6.300M18.500 14.900c1.700.8 2.700 2.400 3 4.600",
  plus: "M12 5v14M5 12h14",
  trash: "M4.500 7h15M9.500 7V4.500h5V7M6.500 7l1 12.500h9l1-12.500M10.300 10.500v5.500M13.700 10.500v5.500",
  question: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9.600 9.600A2.400 2.400 0 1 1 12 12.300v1.400M12 16.600v.2",
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name, size = 20 }: { name: IconName; size?: number }): JSX.Element => (
  <svg class="icon" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
    <path d={PATHS[name]} />
  </svg>
);

/** The sign of the house: two voices that meet. */
export const Logo = ({ size = 28 }: { size?: number }): JSX.Element => (
  <svg class="logo" width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
    <rect width="32" height="32" rx="9" fill="var(--accent)" />
    <path d="M8 10.500a2.500 2.500 0 0 1 2.500-2.500h7a2.500 2.500 0 0 1 2.500 2.500v4a2.500 2.500 0 0 1-2.500 2.500H13l-3.400 2.800V17A2.500 2.500 0 0 1 8 14.500v-4Z" fill="var(--on-accent)" />
    <path d="M22.500 13.500A2.500 2.500 0 0 1 24 16v3.500a2.500 2.500 0 0 1-1.600 2.400v2.600L19.200 22H16a2.500 2.500 0 0 1-2.200-1.300" stroke="var(--on-accent)" stroke-width="1.800" stroke-linecap="round" stroke-linejoin="round" />
  </svg>
);
