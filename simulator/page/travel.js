/** Skipping ahead: the simulator's clock, and the moments that whoever runs it offers. */

import { readClock, skipTo } from "/page/api.js";
import { setSkew, shortMoment, wholeMoment } from "/page/dates.js";
import { language, t } from "/page/i18n.js";
import { complain, toast } from "/page/notices.js";

/** What the clock says now; the page's own dates follow it. */
export async function follow() {
  const clock = await readClock();
  setSkew(clock.offset);
  return clock;
}

/** Menu items for the moments that one can skip to; none where there is nothing to run ahead. */
export function travelItems(clock) {
  return clock.waypoints.map((one) => ({
    label: one.label[language()] ?? one.label.en,
    icon: "skip",
    below: shortMoment(one.at),
    choose: () => skip(one),
  }));
}

async function skip(one) {
  try {
    const clock = await skipTo(one.at);
    setSkew(clock.offset);
    toast(t("travel.now", { moment: wholeMoment(clock.now) }));
  } catch (error) {
    complain(error);
  }
}
