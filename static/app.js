// What neither HTML nor htmx does: presses that show they work, keys, toasts, the time left, the theme, a lost network.
// Inside the portal's frame there is frame.js besides.
"use strict";

// -- said aloud: in one place, so that nothing is said twice
function say(words) {
  document.getElementById("live").textContent = words;
}
// A live region says what changes in it, not what stands there from the start: so that comes a moment later, for it alone.
function sayPage() {
  for (const said of document.querySelectorAll("#notices > *, [data-say] > *")) {
    said.setAttribute("aria-hidden", "true");
    setTimeout(() => said.removeAttribute("aria-hidden"), 300);
  }
}

// -- kept in this browser, for all its tabs; where a browser keeps nothing in frames, as long as the page lives
const memory = {};

function keep(name, value) {
  memory[name] = value;
  try { localStorage.setItem(`b24xero-${name}`, value); } catch { /* forbidden here: memory has it */ }
}
function kept(name) {
  let found = null;
  try { found = localStorage.getItem(`b24xero-${name}`); } catch { /* forbidden here: memory has it */ }
  return found ?? memory[name] ?? "";
}

// -- counted in the reader's plurals: the server gives the words of each, by the name that browsers have for it
function counted(words, n) {
  const kinds = words ? JSON.parse(words) : { other: "({n})" };
  const kind = new Intl.PluralRules(document.documentElement.lang).select(n);
  return (kinds[kind] ?? kinds.other).replace("{n}", n);
}

// -- what was typed and is not saved yet: the browser asks before it is left
let unsaved = null;
document.addEventListener("input", ({ target }) => { unsaved = target.closest("form[data-leave]") ?? unsaved; });
document.addEventListener("submit", ({ target }) => { if (target === unsaved) unsaved = null; });
// A form may come with what is not saved: typed before a sign-in ended, refused, or read from a file.
function keepUnsaved() { unsaved = document.querySelector("form[data-leave=unsaved]") ?? unsaved; }
document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful } }) => {
  if (!successful && elt.matches("form[data-leave]")) unsaved = elt;
});
addEventListener("beforeunload", (event) => { if (unsaved?.isConnected) event.preventDefault(); });

// -- a form that leads back here: to the page as it is now, whatever filters were chosen since it came
document.addEventListener("submit", ({ target }) => {
  const here = target.querySelector("input[data-here]");
  if (here) here.value = location.pathname + location.search;
}, true);

// -- the time that the Xero login still has; the server is asked nothing
function showTimeLeft() {
  for (const time of document.querySelectorAll("time[data-ends]")) {
    const left = Math.ceil((new Date(time.dataset.ends) - Date.now()) / 60000);
    time.textContent = left > 0 ? counted(time.dataset.left, left) : time.dataset.over;
    time.classList.toggle("soon", left < 5);
    const button = document.querySelector(".account-button .status");
    if (button) button.textContent = time.textContent;
    if (time.dataset.ends > kept("ends")) keep("ends", time.dataset.ends);
    if (left <= 5) tellOfLogin(left > 0 ? "login-soon" : "login-over", time.dataset.ends);
  }
}
setInterval(showTimeLeft, 15000);

// Once for each login, only where somebody looks, and not when there is a later one, of another tab.
function tellOfLogin(id, ends) {
  const template = document.getElementById(id);
  const told = `${id} ${ends}`;
  if (!template || document.hidden || kept("login") === told || kept("ends") > ends) return;
  keep("login", told);
  for (const sooner of document.querySelectorAll("#toasts .toast:not([data-run])")) sooner.remove();
  document.getElementById("toasts").append(template.content.cloneNode(true));
  tendToasts();
}

// -- what the server prints by: the zone of this clock, the theme. The header is for the portal's frame, without cookies
function keepCookie(name, value) {
  const { cookies, path } = document.body.dataset; // as web/common/cookies.py names them
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = `${cookies}${name}=${value};path=${path};max-age=31536000;samesite=lax${secure}`;
}
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
keepCookie("zone", zone);
document.addEventListener("htmx:configRequest", ({ detail }) => { detail.headers["B24xero-Zone"] = zone; });

// -- the theme: as the system, light, dark; the cookie lets the server print it, so that nothing flashes
const themes = ["system", "light", "dark"];

function nameTheme() {
  const themeButton = document.getElementById("theme");
  if (!themeButton) return;
  const words = themeButton.dataset[document.documentElement.dataset.theme || "system"];
  themeButton.setAttribute("aria-label", words);
  themeButton.title = words;
  themeButton.querySelector(".theme-word").textContent = words;
  themeButton.hidden = false;
}
document.addEventListener("click", (event) => {
  if (!event.target.closest("#theme")) return;
  const now = document.documentElement.dataset.theme || "system";
  const next = themes[(themes.indexOf(now) + 1) % themes.length];
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  keepCookie("theme", next);
  nameTheme();
});

// -- a press shows that it works, and is not repeated before it is answered. The button is not disabled for it: it would
//    lose the focus, and a form without htmx the button's name and value
const pressed = new Map(); // each button, and what was sent by it: its form, or the button alone

function press(button, sent) {
  if (!button) return;
  pressed.set(button, sent);
  button.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
}
function release(answered) {
  for (const [button, sent] of pressed) {
    if (answered !== sent && answered !== document.body) continue;
    pressed.delete(button);
    button.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
  }
}
function refuseSecond(event) {
  for (const [button, sent] of pressed) {
    if (sent !== event.target && !button.contains(event.target)) continue;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
document.addEventListener("click", refuseSecond, true);
document.addEventListener("submit", refuseSecond, true);
document.addEventListener("submit", ({ target: form, submitter, defaultPrevented }) => {
  if (defaultPrevented || (form.method !== "post" && !form.dataset.keep) || form.target) return;
  press(submitter || form.querySelector("button"), form);
});
document.addEventListener("htmx:beforeRequest", ({ detail: { elt, requestConfig } }) => {
  press(requestConfig.triggeringEvent?.submitter || elt.closest("button, [role=button]"), elt);
});
document.addEventListener("htmx:afterRequest", ({ detail: { keepIndicators, requestConfig, xhr } }) => {
  const leaves = keepIndicators || xhr.getResponseHeader("HX-Location"); // another page is on its way
  if (!leaves) release(requestConfig.elt);
});
addEventListener("pageshow", () => release(document.body)); // back, to the page as it was left

// -- menus close when one looks elsewhere
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const menu = event.target.closest && event.target.closest("details.menu[open]");
  if (menu) closeMenu(menu);
});
function closeMenu(menu) {
  if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  menu.open = false;
  return true;
}
function moveInMenu(menu, by) {
  const entries = [...menu.querySelectorAll("li a, li button")];
  const here = entries.indexOf(document.activeElement);
  const next = here < 0 && by < 0 ? -1 : here + by;
  entries.at(next % entries.length).focus();
  return true;
}

// -- rows: the cursor is the focus of a row, so that one sees it and a screen reader says the row
const ROWS = "tbody tr[id], .entries summary";
let cursor = ""; // the row where one was last; Tab leads there

function rows() {
  return [...document.querySelectorAll(ROWS)];
}
function rowOf(element) {
  return element.closest("tbody tr[id]") || element.closest(".entries li")?.querySelector("summary");
}
function keepCursor() {
  const lines = rows().filter((row) => row.id);
  const current = lines.find((row) => row.id === cursor) || lines[0];
  for (const row of lines) {
    if (row === current) row.tabIndex = 0;
    else row.removeAttribute("tabindex"); // else a click would put the focus there
  }
}
function goTo(row) {
  cursor = row.id || cursor;
  keepCursor();
  row.focus();
  return true;
}
// To the neighbour; from elsewhere to the row where one was, or the first that one sees. At the ends the page scrolls.
function move(from, by) {
  const all = rows();
  const here = all.indexOf(rowOf(from));
  const next = here < 0 ? entrance(all) : all[here + by];
  return Boolean(next) && goTo(next);
}
function entrance(all) {
  const seen = all.filter((row) => {
    const { top, bottom } = row.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });
  return seen.find((row) => row.id && row.id === cursor) || seen[0] || all[0];
}
function choose(row) {
  const box = row.querySelector(".pick input");
  if (!box) return false;
  box.click();
  say(document.getElementById("keys").dataset[box.checked ? "chosen" : "left"]);
  return true;
}
function open(row) {
  const link = row.querySelector("[data-open], [data-preview]");
  if (link) link.click();
  return Boolean(link);
}
// A click on the row opens it, too, where it hits nothing that answers by itself and marks no words.
document.addEventListener("click", (event) => {
  const row = event.target.closest("tbody tr[id]");
  if (!row || event.target.closest("a, button, input, label, summary, details, form")) return;
  if (!getSelection().toString() && row.querySelector("[data-open]")) open(row);
});

// -- keys. None is taken from who types or chooses, or from a button that knows it; the single ones can be turned off
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const SINGLE = { "/": toSearch, "?": showKeys, j: (from) => move(from, 1), k: (from) => move(from, -1) };

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const done = key === "Escape" ? goOut(target) : answer(key, target, event.shiftKey);
  if (done) event.preventDefault();
});
function answer(key, target, shifted) {
  const menu = target.closest("details.menu[open]");
  if (menu) return key in STEPS && moveInMenu(menu, STEPS[key]);
  if (target.closest("input, select, textarea") || isCovered()) return false;
  if (key in SINGLE) return kept("single-keys") !== "off" && SINGLE[key](target);
  if (shifted) return false;
  if (key in STEPS) return target.matches(`body, section, ${ROWS}`) && move(target, STEPS[key]);
  return target.matches(ROWS) && target.matches(":focus-visible") && answerOnRow(key, target);
}
function answerOnRow(key, row) {
  if (key === "Home") return goTo(rows()[0]);
  if (key === "End") return goTo(rows().at(-1));
  if (key === " ") return choose(row);
  return key === "Enter" && open(row);
}
// Out of what is open, else from the search to the rows, from inside a row to the row, and from there to the search.
function goOut(target) {
  const menu = document.querySelector("details.menu[open]");
  const toast = target.closest(".toast");
  const row = rowOf(target);
  if (menu) return closeMenu(menu);
  if (toast) return dismiss(toast);
  if (isCovered()) return false; // the browser closes that
  if (row) return row === target ? toSearch() : goTo(row);
  return target.id === "search" && move(target, 1);
}
function isCovered() {
  return Boolean(document.querySelector("dialog[open], :popover-open"));
}
function toSearch() {
  const search = document.getElementById("search");
  if (!search) return false;
  search.focus();
  search.select();
  return true;
}
function showKeys() {
  const keys = document.getElementById("keys");
  if (!keys) return false;
  document.getElementById("single-keys").checked = kept("single-keys") !== "off";
  keys.showModal();
  keys.dispatchEvent(new Event("floats", { bubbles: true }));
  return true;
}
document.addEventListener("change", ({ target }) => {
  if (target.id === "single-keys") keep("single-keys", target.checked ? "on" : "off");
});
document.addEventListener("click", ({ target }) => {
  if (target.closest("#show-keys")) showKeys();
  if (target.closest("[data-print]")) print();
  if (!target.closest("[data-close]")) return;
  const toast = target.closest(".toast");
  if (toast) dismiss(toast);
  else target.closest("dialog").close();
});

// -- an answer that took the focused element away gives the focus to its successor: htmx to the same id; where there is
//    none, to what the form names, to the row, to the row that stands there now, or to the whole that came instead
let seat = null;

document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  const active = document.activeElement;
  if (active === document.body || !target.contains(active)) return;
  const row = rowOf(active);
  const ids = [active.closest("[data-then]")?.dataset.then, row?.id, target.id];
  seat = { ids: row ? ids.slice(0, 2) : ids, place: row ? rows().indexOf(row) : -1 };
});
function giveFocusBack() {
  const lost = seat;
  seat = null;
  if (!lost || document.activeElement !== document.body) return;
  const named = lost.ids.map((id) => id && document.getElementById(id)).find(Boolean);
  const all = rows();
  const next = named || all[Math.min(lost.place, all.length - 1)];
  if (next?.matches(ROWS)) goTo(next);
  else next?.focus({ preventScroll: true });
}

// -- toasts: what happened elsewhere. They wait until somebody looks, and go after ten seconds without a hand on them;
//    what asks for something stays
let cameFrom = null;

function tendToasts() {
  if (document.hidden) return;
  for (const toast of document.querySelectorAll("#toasts .toast:not([data-tended])")) {
    toast.dataset.tended = "";
    if (toast.dataset.run && !followed().has(toast.dataset.run)) toast.remove(); // told already, in another tab
    else if (!toast.matches(".warn")) setTimeout(fade, 10000, toast);
    toast.dispatchEvent(new Event("floats", { bubbles: true }));
  }
}
function fade(toast) {
  if (document.hidden || toast.matches(":hover, :focus-within")) setTimeout(fade, 5000, toast);
  else toast.remove();
}
function dismiss(toast) {
  const held = toast.contains(document.activeElement);
  toast.remove();
  if (held && cameFrom?.isConnected) cameFrom.focus({ preventScroll: true });
  return true;
}
document.addEventListener("focusin", ({ target, relatedTarget }) => {
  if (target.closest("#toasts") && !relatedTarget?.closest("#toasts")) cameFrom = relatedTarget;
});

// -- runs of this person: one that is seen under way is followed, by all tabs together, until one of them has shown that
//    it moves no more. While its panel is not on the page, its news is asked for
function followed() {
  return new Set(kept("runs").split(" ").filter(Boolean));
}
function follow(change) {
  const runs = followed();
  change(runs);
  const words = [...runs].join(" ");
  if (words !== kept("runs")) keep("runs", words);
}
function noteRuns() {
  const { moving = "" } = document.getElementById("toasts").dataset;
  delete document.getElementById("toasts").dataset.moving;
  follow((runs) => {
    for (const run of moving.split(" ").filter(Boolean)) runs.add(run);
    for (const shown of document.querySelectorAll("[data-run]")) {
      if (shown.hasAttribute("hx-get")) runs.add(shown.dataset.run);
      else if (!document.hidden) runs.delete(shown.dataset.run);
    }
  });
}
setInterval(() => {
  const toasts = document.getElementById("toasts");
  if (document.hidden || !toasts.dataset.news) return;
  for (const run of followed()) {
    if (document.getElementById(`run-${run}`)) continue;
    htmx.ajax("GET", toasts.dataset.news.replace("/0/", `/${run}/`), { source: toasts, target: toasts, swap: "beforeend" });
  }
}, 3000);
// A panel that asks for itself waits until somebody looks: its next second comes after the tab has come back.
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = event.detail;
  if (document.hidden && elt.getAttribute("hx-trigger")?.startsWith("every ")) event.preventDefault();
});
// It is asked behind the person's back: what goes wrong with it is not shown, and leads nowhere.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { elt, xhr, pathInfo } = event.detail;
  if (elt.id !== "toasts" || (xhr.status < 400 && !xhr.getResponseHeader("HX-Location"))) return;
  event.preventDefault();
  if (xhr.status < 500) follow((runs) => runs.delete(pathInfo.requestPath.split("/").at(-2)));
});

// -- many at once: all on this page, how many are chosen and what they come to. Where the form says so, a choice is kept
//    in this tab through other pages of the list, back and the preview: by id, with the sum that it has
function keptChoice() {
  const name = document.getElementById("many")?.dataset.keep;
  try { return name ? JSON.parse(sessionStorage.getItem(`b24xero-chosen-${name}`) || "{}") : null; } catch { return {}; }
}
function keepChoice(choice) {
  const name = document.getElementById("many")?.dataset.keep;
  try { if (name) sessionStorage.setItem(`b24xero-chosen-${name}`, JSON.stringify(choice)); } catch { /* forbidden here */ }
}
function noteChoice() {
  const choice = keptChoice();
  if (!choice) return;
  for (const box of document.querySelectorAll('input[form="many"]')) {
    if (box.checked) choice[box.value] = box.dataset.sum;
    else delete choice[box.value];
  }
  keepChoice(choice);
}
function showChoice() {
  const choice = keptChoice();
  if (!choice) return;
  for (const box of document.querySelectorAll('input[form="many"]')) box.checked = box.value in choice;
}
function addUp(sums) {
  const found = {};
  for (const sum of sums) {
    const [currency, amount] = (sum || "").split(" ");
    if (amount) found[currency] = (found[currency] || 0) + Math.round(amount * 1000);
  }
  return Object.entries(found).map(([currency, thousandths]) =>
    `${currency} ${(thousandths / 1000).toLocaleString(document.documentElement.lang, { minimumFractionDigits: 2 })}`);
}
// As the server reads it: the largest id first, then by how much each next one is less.
function spelt(ids) {
  const ordered = ids.map((id) => Number(id.replace("old-", "-"))).sort((a, b) => b - a);  // as keys count them
  return ordered.map((id, n) => (n ? ordered[n - 1] - id : id).toString(36)).join(".");
}
document.addEventListener("formdata", ({ target, formData }) => {
  if (!target.dataset?.keep) return;
  formData.delete("id");
  formData.set("ids", spelt(Object.keys(keptChoice() || {}).slice(0, 1000)));
});
document.addEventListener("submit", ({ target }) => {
  if (target.dataset.forget) try { sessionStorage.removeItem(`b24xero-chosen-${target.dataset.forget}`); } catch { /* none */ }
});
function countChosen() {
  const boxes = [...document.querySelectorAll('input[form="many"]')];
  const here = boxes.filter((box) => box.checked).length;
  const choice = keptChoice();
  const chosen = choice ? Object.keys(choice).length : here;
  document.getElementById("many")?.closest(".list")?.classList.toggle("some", chosen > 0);
  for (const place of document.querySelectorAll("[data-sums]")) {
    place.replaceChildren(...addUp(Object.values(choice || {})).map((sum) => {
      const part = document.createElement("span");
      part.textContent = sum;
      return part;
    }));
  }
  for (const place of document.querySelectorAll("[data-count]")) {
    place.textContent = counted(place.dataset.count, chosen);
  }
  const all = document.getElementById("all");
  if (!all) return;
  all.closest("label").hidden = false;
  all.checked = here > 0 && here === boxes.length;
  all.indeterminate = here > 0 && here < boxes.length;
}
document.addEventListener("change", (event) => {
  if (event.target.id === "all") {
    for (const box of document.querySelectorAll('input[form="many"]')) box.checked = event.target.checked;
  }
  if (event.target.id !== "all" && event.target.getAttribute("form") !== "many") return;
  noteChoice();
  countChosen();
});
document.addEventListener("reset", () => setTimeout(() => {
  keepChoice({});
  countChosen();
}));

// -- no answer, or one that is not ours (a proxy's error page): say so once, keep what is on the page
function sayNoAnswer({ detail }) {
  const words = document.getElementById("no-answer");
  const notices = document.getElementById("notices");
  if (detail?.elt?.id === "toasts" || notices.textContent === words.content.textContent) return;
  notices.replaceChildren(words.content.cloneNode(true));
  notices.scrollIntoView({ block: "nearest" });
}
for (const name of ["htmx:sendError", "htmx:timeout", "no-answer"]) document.addEventListener(name, sayNoAnswer);
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  const ours = (xhr.getResponseHeader("Vary") || "").includes("HX-Request");
  if (xhr.status >= 400 && !ours) {
    event.detail.shouldSwap = false;
    sayNoAnswer(event);
  }
});

// -- whenever something has come onto the page
function refresh() {
  nameTheme();
  showTimeLeft();
  showChoice();
  countChosen();
  keepCursor();
  tendToasts();
  noteRuns();
  keepUnsaved();
}
function settle() {
  refresh();
  giveFocusBack();
}
document.addEventListener("htmx:afterRequest", () => setTimeout(settle, 50)); // where a row went, htmx settles nothing
document.addEventListener("htmx:afterSettle", ({ detail: { target } }) => {
  settle();
  if (target.matches("body, main")) sayPage();
  if (target === document.body) setTimeout(say, 300, document.title);
});
document.addEventListener("htmx:historyRestore", refresh);
document.addEventListener("visibilitychange", refresh);
refresh();
sayPage();
