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

function nameTheme() {
  const themeButton = document.getElementById("theme");
  if (!themeButton) return;
  const words = themeButton.dataset[document.documentElement.dataset.theme || "system"];
  themeButton.setAttribute("aria-label", words);
  themeButton.title = words;
  themeButton.querySelector(".theme-word").textContent = words;
  themeButton.hidden = false;
}
nameTheme();
document.addEventListener("click", (event) => {
  if (!event.target.closest("#theme")) return;
  const now = document.documentElement.dataset.theme || "system";
  const next = themes[(themes.indexOf(now) + 1) % themes.length];
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  document.cookie = `theme=${next};path=/;max-age=31536000;samesite=lax`;
  nameTheme();
});

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
  for (const place of document.querySelectorAll("[data-count]")) {
    const words = chosen === 1 ? place.dataset.one : place.dataset.many;
    place.textContent = (words || "({n})").replace("{n}", chosen);
  }
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

// -- inside the portal's frame: browsers keep our cookie away from there, so a signed token goes with every request
//    instead, and pages are asked for here, because a link that the browser follows would go without it
const frame = document.getElementById("frame");
if (frame) liveInFrame(frame.dataset);

function liveInFrame({ session, header, open, script }) {
  let token = session;

  // An answer that is late (its request went out with an older token) must not bring an older session back.
  function learn(next, sentWith) {
    if (next !== null && sentWith === token) token = next;
  }
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.headers[header] = token;
    if (detail.target === document.body) delete detail.headers["HX-Request"]; // a whole page, not a part of one
  });
  document.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
    learn(detail.xhr.getResponseHeader(header), detail.requestConfig.headers[header]);
  });
  document.addEventListener("htmx:historyCacheMiss", ({ detail }) => {
    detail.sentWith = token;
    detail.xhr.setRequestHeader(header, token);
  });
  document.addEventListener("htmx:historyCacheMissLoad", ({ detail }) => {
    learn(detail.xhr.getResponseHeader(header), detail.sentWith);
    dress(detail.response);
  });
  document.addEventListener("htmx:historyRestore", nameTheme);

  // -- pages
  function visit(verb, address, more) {
    const goal = new URL(address, location.href);
    const path = goal.pathname + goal.search + goal.hash;
    htmx.ajax(verb, path, { target: document.body, swap: "innerHTML show:body:top", push: "true", ...more });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.target || link.origin !== location.origin) return;
    if (link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    if (link.hasAttribute("download")) save(link.href);
    else visit("get", link.href);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-connect]")) {
      form.elements.frame.value = token;
      lookForConnection();
    }
    if (event.defaultPrevented || form.target) return;
    event.preventDefault();
    const action = (event.submitter || form).getAttribute("formaction") || form.getAttribute("action") || location.href;
    visit(form.method, action, { values: new FormData(form, event.submitter) });
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target !== document.body || !(detail.xhr.getResponseHeader("Vary") || "").includes("HX-Request")) return;
    detail.shouldSwap = true; // a page of ours, whatever its status
    dress(detail.serverResponse);
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target !== document.body) return;
    nameTheme();
    showTimeLeft();
  });

  // What a page says outside of its body's content.
  function dress(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    document.body.className = page.body.className;
    document.documentElement.lang = page.documentElement.lang;
    const here = [...document.querySelectorAll("head link")].map((link) => link.href);
    for (const link of page.querySelectorAll("head link[rel=stylesheet]")) {
      if (!here.includes(new URL(link.getAttribute("href"), location.href).href)) document.head.append(link);
    }
  }

  async function save(address) {
    const answer = await fetch(address, { headers: { [header]: token } });
    const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") || "");
    if (!answer.ok || !name) return sayNoAnswer();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = name[1];
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // -- Xero's consent is in another tab: the server is asked when the person looks here again, and every 3 seconds
  //    for a quarter of an hour after the press
  const look = () => {
    if (document.visibilityState === "visible") document.body.dispatchEvent(new Event("look-again"));
  };
  let looking;
  function lookForConnection() {
    clearInterval(looking);
    looking = setInterval(look, 3000);
    setTimeout(clearInterval, 900000, looking);
  }
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);

  // -- Bitrix24's own script: the frame's height, the end of the installation. Where it cannot be loaded (closed
  //    networks) the frame keeps the portal's height and everything else works.
  const loader = document.createElement("script");
  loader.src = script;
  loader.async = true;
  loader.addEventListener("load", () => window.BX24 && BX24.init(() => {
    let fitted = 0;
    new ResizeObserver(() => {
      const height = Math.max(Math.ceil(document.body.getBoundingClientRect().height) + 1, 320);
      if (height !== fitted) BX24.resizeWindow("100%", (fitted = height));
    }).observe(document.body);
    const finish = document.getElementById("finish");
    if (finish) {
      finish.hidden = false;
      finish.addEventListener("click", () => BX24.installFinish());
    }
  }));
  document.head.append(loader);

  if (open) visit("get", open, { push: null, replace: "true" });
}
