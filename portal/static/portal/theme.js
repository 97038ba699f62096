/* Runs before the first paint: the reader's own choice of light or dark, else the system's. */
(function () {
  "use strict";
  var root = document.documentElement;
  var system = window.matchMedia("(prefers-color-scheme: dark)");
  function chosen() {
    try {
      return window.localStorage.getItem("theme");
    } catch (error) {
      return null; // storage may be forbidden; then the system decides
    }
  }
  function apply() {
    root.setAttribute("data-bs-theme", chosen() || (system.matches ? "dark" : "light"));
  }
  root.classList.add("js");
  apply();
  system.addEventListener("change", apply);
})();
