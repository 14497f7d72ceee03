/* What the workbench's script expects to find; the person comes from the session. */
window.handlerBaseUrl = "/handler/";
window.asideBaseUrl = "/handler/";
window.studentId = "";
