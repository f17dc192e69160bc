// What neither HTML nor htmx does: the time left, the theme, menus that close, "/" for the search, a lost network.
"use strict";

// -- the time that the Xero login still has; the server is asked nothing
function showTimeLeft() {
  for (const time of document.querySelectorAll("time[data-ends]")) {
    const left = Math.ceil((new Date(time.dataset.ends) - Date.now()) / 60000);
    time.textContent = left > 0 ? time.dataset.left.replace("{n}", left) : time.dataset.over;
    time.classList.toggle("soon", left < 5);
    const button = document.querySelector(".account-button .status");
    if (button) button.textContent = time.textContent;
  }
}
showTimeLeft();
setInterval(showTimeLeft, 15000);

// -- the theme: as the system, light, dark; the cookie lets the server print it, so that nothing flashes
const themes = ["system", "light", "dark"];
const themeButton = document.getElementById("theme");

function nameTheme() {
  const words = themeButton.dataset[document.documentElement.dataset.theme || "system"];
  themeButton.setAttribute("aria-label", words);
  themeButton.title = words;
  themeButton.querySelector(".theme-word").textContent = words;
}

if (themeButton) {
  themeButton.hidden = false;
  nameTheme();
  themeButton.addEventListener("click", () => {
    const now = document.documentElement.dataset.theme || "system";
    const next = themes[(themes.indexOf(now) + 1) % themes.length];
    if (next === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    document.cookie = `theme=${next};path=/;max-age=31536000;samesite=lax`;
    nameTheme();
  });
}

// -- menus close when one looks elsewhere; "/" goes to the search
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const menu = event.target.closest && event.target.closest("details.menu[open]");
  if (menu) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  }
  const search = document.getElementById("search");
  if (event.key === "/" && search && !event.target.closest("input, select, textarea")) {
    event.preventDefault();
    search.focus();
  }
});

// -- a button that was disabled while it worked has lost the focus: give it back to its successor
document.addEventListener("htmx:afterSettle", (event) => {
  const form = event.detail.requestConfig && event.detail.requestConfig.elt;
  if (form && form.dataset.then && document.activeElement === document.body) {
    const next = document.getElementById(form.dataset.then);
    if (next) next.focus({ preventScroll: true });
  }
});

// -- many at once: all on this page, how many are chosen
function countChosen() {
  const boxes = [...document.querySelectorAll('input[form="many"]')];
  const chosen = boxes.filter((box) => box.checked).length;
  for (const place of document.querySelectorAll("[data-count]")) place.textContent = `(${chosen})`;
  const all = document.getElementById("all");
  if (!all) return;
  all.closest("label").hidden = false;
  all.checked = chosen > 0 && chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
}
document.addEventListener("change", (event) => {
  if (event.target.id === "all") {
    for (const box of document.querySelectorAll('input[form="many"]')) box.checked = event.target.checked;
  }
  if (event.target.id === "all" || event.target.getAttribute("form") === "many") countChosen();
});
document.addEventListener("reset", () => setTimeout(countChosen));
document.addEventListener("htmx:afterSettle", countChosen);
countChosen();

// -- no answer, or one that is not ours (a proxy's error page): say so, keep what is on the page
function sayNoAnswer() {
  const words = document.getElementById("no-answer");
  const notices = document.getElementById("notices");
  notices.replaceChildren(words.content.cloneNode(true));
  notices.scrollIntoView({ block: "nearest" });
}
document.addEventListener("htmx:sendError", sayNoAnswer);
document.addEventListener("htmx:timeout", sayNoAnswer);
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  const ours = (xhr.getResponseHeader("Vary") || "").includes("HX-Request");
  if (xhr.status >= 400 && !ours) {
    event.detail.shouldSwap = false;
    sayNoAnswer();
  }
});
