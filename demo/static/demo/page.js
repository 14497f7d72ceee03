/* What the workbench's script expects to find; the person comes from the session. */
window.handlerBaseUrl = "/handler/";
window.asideBaseUrl = "/handler/";
window.studentId = "";

/* A second tap of an impatient finger must not land on a link that has just moved under it: for a moment after each tap, what is
   played keeps its height, so that nothing below it moves up. */
(function () {
  "use strict";
  var MOMENT = 1000; // milliseconds
  var timer = null;
  document.addEventListener("pointerdown", function (event) {
    var part = event.target.closest(".task");
    if (!part) { return; }
    window.clearTimeout(timer);
    part.style.minHeight = part.offsetHeight + "px";
    timer = window.setTimeout(function () { part.style.minHeight = ""; }, MOMENT);
  }, true);
}());
