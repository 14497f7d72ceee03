/* The kiosk: short tasks on a device of many people. Where nobody touches it any more it asks, and then goes back to its beginning. */
(function () {
  "use strict";

  const QUIET = 90000, WAIT = 30000; // ms: before it asks, and for an answer; nobody who reads slowly is hurried
  const one = (selector) => document.querySelector(selector);
  const main = one("main"), list = one(".tasks"), stand = one(".stand"), place = one(".place"), dialog = one("dialog"), heading = one("h1"), lead = one(".lead");
  const inits = JSON.parse(main.dataset.players);
  let timer = null, playing = false;

  const later = (work, ms) => { clearTimeout(timer); timer = setTimeout(work, ms); };
  // A phone from before 2022 has no dialogs: there it stands on the page.
  const close = () => { if (dialog.close) { if (dialog.open) dialog.close(); } else dialog.removeAttribute("open"); };
  const open = () => { if (dialog.showModal) dialog.showModal(); else dialog.setAttribute("open", ""); };

  function show(phone) {
    stand.hidden = !phone;
    list.hidden = lead.hidden = phone;
  }

  function play(init) {
    const box = place.appendChild(document.createElement("div"));
    playing = true;
    show(true);
    window.DigiskillsPractice({ handlerUrl: (_element, name) => init.handlers.replace("NAME", name) }, box, init);
    const title = box.querySelector("h3");
    if (title) title.focus();
    touched();
  }

  /* For the next person nothing of the last one is left: a fresh page, or without a network the list of this one. */
  function again() {
    clearTimeout(timer);
    close();
    if (window.speechSynthesis) window.speechSynthesis.cancel();
    playing = false;
    place.textContent = "";
    show(false);
    window.scrollTo(0, 0);
    heading.focus();
    fetch(location.href, { cache: "no-store" }).then((reply) => { if (reply.ok && !playing) location.reload(); }, () => null);
  }

  function ask() {
    open();
    later(again, WAIT);
  }

  function touched() {
    if (!playing) return;
    close();
    later(ask, QUIET);
  }

  Array.from(list.querySelectorAll("button")).forEach((button, i) => button.addEventListener("click", () => play(inits[i])));
  one(".again").addEventListener("click", again);
  ["pointerdown", "keydown", "input", "scroll"].forEach((name) => document.addEventListener(name, touched, { capture: true, passive: true }));
})();
