// Inside the portal's frame: browsers keep our cookie away from there, so a signed token goes with every request
// instead, and pages are asked for here, because a link that the browser follows would go without it. All else is in
// app.js, which hears from here of an answer that did not come ("no-answer"), and tells what floats ("floats").
"use strict";

liveInFrame(document.getElementById("frame").dataset);

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
    detail.xhr.setRequestHeader("B24xero-Zone", zone);
  });
  document.addEventListener("htmx:historyCacheMissLoad", ({ detail }) => {
    learn(detail.xhr.getResponseHeader(header), detail.sentWith);
    dress(detail.response);
  });

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
      event.preventDefault();
      return leaveForXero(form);
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

  // The tab that goes to Xero is opened with a pass of this moment: it is good for a minute, and once.
  async function leaveForXero(form) {
    const answer = await fetch(form.dataset.connect, { headers: { [header]: token } });
    const elsewhere = answer.headers.get("HX-Location");
    if (elsewhere) return visit("get", JSON.parse(elsewhere).path);
    if (!answer.ok) return document.dispatchEvent(new Event("no-answer"));
    form.elements.pass.value = await answer.text();
    lookForConnection();
    form.submit();
  }

  async function save(address) {
    const answer = await fetch(address, { headers: { [header]: token, "B24xero-Zone": zone } });
    const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") || "");
    if (!answer.ok || !name) return document.dispatchEvent(new Event("no-answer"));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = name[1];
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // -- what floats stands where the person looks: the frame is as high as its page, the portal around it is what scrolls,
  //    and only this observer tells how far
  document.addEventListener("floats", () => {
    new IntersectionObserver(([{ intersectionRect: seen }], observer) => {
      observer.disconnect();
      if (!seen.height) return;
      document.documentElement.style.setProperty("--unseen-above", `${seen.top}px`);
      document.documentElement.style.setProperty("--unseen-below", `${innerHeight - seen.bottom}px`);
    }).observe(document.body);
  });

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
