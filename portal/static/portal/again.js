/* The page that waits: asks every five seconds whether the servers answer, then opens itself. */
(function () {
  "use strict";
  var probe = document.currentScript.getAttribute("data-probe");

  function open() {
    // Never by reload(): that would send a form a second time.
    window.location.replace(window.location.href);
  }

  function look() {
    window.fetch(probe, { cache: "no-store", credentials: "omit" }).then(
      function (answer) {
        if (answer.ok) open();
        else window.setTimeout(look, 5000);
      },
      function () {
        window.setTimeout(look, 5000); // not reachable at all: keep asking
      }
    );
  }

  window.setTimeout(look, 5000);
})();
