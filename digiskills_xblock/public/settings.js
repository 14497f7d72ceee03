/* The author's form in Studio: XBlock's own (StudioEditableXBlockMixin), whose list of tasks follows audience and school level. */
(function () {
  "use strict";

  const own = (table, key) => (Object.prototype.hasOwnProperty.call(table, key) ? table[key] : undefined);

  /* What the list offers: the tasks that suit, and first, marked, one that is chosen though it does not; nothing is chosen silently. */
  function choices(menu, audience, level, chosen) {
    const suits = own(menu.suits, audience + "/" + level) || own(menu.suits, audience) || [], name = own(menu.tasks, chosen);
    const held = name && suits.indexOf(chosen) < 0 ? [[chosen, menu.unsuited.split("%(task)s").join(name)]] : [];
    return held.concat(suits.map((id) => [id, menu.tasks[id]]));
  }

  function follow(form, menu) {
    const field = (name) => form.querySelector("[data-field-name=" + name + "] .field-data-control");
    const task = field("task_id"), audience = field("audience"), level = field("school_level");
    const draw = () => {
      const chosen = task.value;
      task.textContent = "";
      choices(menu, audience.value, level.value.trim(), chosen).forEach(([id, text]) => {
        const option = task.ownerDocument.createElement("option");
        option.value = id;
        option.textContent = text;
        option.selected = id === chosen;
        task.appendChild(option);
      });
    };
    [audience, level].forEach((control) => ["change", "input"].forEach((event) => control.addEventListener(event, draw)));
    // "Clear" sets a field without an event of its own; by now the form has done so.
    form.addEventListener("click", (event) => event.target.closest(".setting-clear") && draw());
    draw();
  }

  if (typeof module === "object" && module.exports) {
    module.exports = { choices };
    return;
  }

  /* The init function. It never throws: the form works without the list's following, and what does not suit is refused on saving. */
  window.DigiskillsPracticeSettings = function (runtime, element, menu) {
    window.StudioEditableXBlockMixin(runtime, element);
    try {
      follow(element.jquery ? element[0] : element, menu);
    } catch (error) {
      window.console.error("digiskills", error);
    }
  };
})();
