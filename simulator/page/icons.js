/** The page's icons: strokes on a square of 24. */

const PATHS = {
  back: "M15 5l-7 7 7 7",
  more: "M12 4.8a.8.8 0 1 0 .01 0M12 11.2a.8.8 0 1 0 .01 0M12 17.6a.8.8 0 1 0 .01 0",
  down: "M6 9.5l6 6 6-6",
  plus: "M12 5v14M5 12h14",
  send: "M4 12l16-8-5 16-3-6zM12 14l8-10",
  attach: "M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8L10 17.2a1.7 1.7 0 0 1-2.4-2.4l7.4-7.4",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6L6 18",
  keyboard: "M3.5 6h17v12h-17zM7 10v.01M10.3 10v.01M13.7 10v.01M17 10v.01M8 14.2h8",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9v.01",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  location: "M12 21c-4-5-6.5-8-6.5-11.5a6.5 6.5 0 0 1 13 0C18.5 13 16 16 12 21zM12 11.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c.6-3.6 3.6-5.5 7.5-5.5s6.9 1.9 7.5 5.5z",
  sticker: "M5 4h14v10l-6 6H5zM19 14h-6v6M9 9v.01M14 9v.01",
  voice: "M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4zM6.5 11.5a5.5 5.5 0 0 0 11 0M12 17v3.5",
  reply: "M10 6l-6 5 6 5v-3c5 0 8 1 10 5 0-6-4-9-10-9z",
  forward: "M14 6l6 5-6 5v-3c-5 0-8 1-10 5 0-6 4-9 10-9z",
  edit: "M5 19l1-4L16 5l3 3L9 18z",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  link: "M8 16L17 7M10 7h7v7",
  chat: "M4 5h16v11H11l-5 4v-4H4z",
  start: "M8 5l11 7-11 7z",
  skip: "M4 6l8 6-8 6zM13 6l8 6-8 6z",
  block: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.7 5.7l12.6 12.6",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c.6-3.6 3.6-5.5 7.5-5.5s6.9 1.9 7.5 5.5",
  theme: "M12 21a9 9 0 1 0 0-18v18zM12 3a9 9 0 0 0 0 18",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",
  ticks: "M2 12.5l4.5 4.5L16 7M11.5 16.5l.5.5L22 7",
  alert: "M12 7v6M12 16.5v.01",
  download: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
