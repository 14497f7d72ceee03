/* What makes the block easier to read: larger text, and reading aloud when one asks for it. Loaded by player.js on demand. */
(function () {
  "use strict";

  const speech = window.SpeechSynthesisUtterance && window.speechSynthesis, SIZES = ["A", "A+", "A++"], players = [];
  const SPEAKER = "M4 9v6h4l5 4V5L8 9zM16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11", STOP = "M7 7h10v10H7z";
  const speaks = (language) => (voice) => voice.lang.toLowerCase().startsWith(language);
  const drawAll = () => players.filter((player) => document.contains(player.root)).forEach((player) => player.render());

  if (speech) speech.onvoiceschanged = drawAll; // voices are found late

  /* The texts below a node, a line for each block of them, without drawings and without the buttons that read. */
  function spoken(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) return node.data;
    if (node.matches("svg, .listen, .brief .primary, p.unseen")) return "";
    return Array.from(node.childNodes).map(spoken).join("") + (node.matches("b, span") ? " " : "\n");
  }

  window.DigiskillsComfort = function (kit, player) {
    const h = kit.h, t = player.words;
    let heard = null;

    players.push(player);
    window.addEventListener("pagehide", hush);
    document.addEventListener("visibilitychange", () => document.hidden && hush());

    /* Large text is for all of our blocks on the page. */
    function resize(n) {
      player.memory.resize(n);
      players.forEach((one) => one.resize(n));
      drawAll();
    }

    function tools() {
      const size = (name, i) => player.button("size", name, () => resize(i),
        { key: name, "aria-pressed": String(player.size === i), "aria-label": name + ": " + t("size_" + i) });
      return h("div", { class: "tools", role: "group", "aria-label": t("text_size"), key: "tools" }, SIZES.map(size));
    }

    /* The button that reads a part of the page; none where the browser cannot speak, or not in this language. */
    function listen(name, selector, brief) {
      const voices = speech ? speech.getVoices() : [], on = heard && heard.name === name, text = t(on ? "hush" : name);
      if (!speech || (voices.length > 0 && !voices.some(speaks(player.language)))) return null;
      const drawing = { viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false", class: "icon" };
      return player.button("listen", [h("svg", drawing, h("path", { d: on ? STOP : SPEAKER })), !brief && text], () => (on ? hush() : recite(name, player.root.querySelector(selector))),
        { key: name, "aria-pressed": String(Boolean(on)), "aria-label": brief ? text : null });
    }

    function recite(name, node) {
      hush();
      const voice = speech.getVoices().find(speaks(player.language)) || null;
      const parts = spoken(node).split("\n").map((text) => text.trim()).filter(Boolean)
        .map((text) => Object.assign(new window.SpeechSynthesisUtterance(text), { lang: player.language, voice }));
      const mine = heard = { name, node, parts }; // parts: a browser may forget what nobody holds, and never tell its end
      parts.forEach((part) => speech.speak(part));
      if (parts.length) parts[parts.length - 1].onend = () => heard === mine && hush();
      player.render();
    }

    function hush() {
      if (!heard) return;
      heard = null;
      speech.cancel();
      player.render();
    }

    /* After every drawing: what is no longer on the page is not read on. */
    const drawn = () => heard && !player.root.contains(heard.node) && hush();

    return { tools, listen, drawn };
  };
})();
