/* A long list of boxes narrows as one types; what is chosen always stays in sight. */
(function () {
  "use strict";

  function list(within, selector) {
    return Array.prototype.slice.call(within.querySelectorAll(selector));
  }

  function narrow(picker) {
    var search = picker.querySelector("[data-picker-search]");
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    var shown = 0;
    var chosen = 0;
    list(picker, "[data-picker-row]").forEach(function (row) {
      var ticked = row.querySelector("input").checked;
      var text = row.textContent.toLowerCase();
      var fits = words.every(function (word) { return text.indexOf(word) !== -1; });
      row.hidden = !fits && !ticked;
      if (!row.hidden) shown += 1;
      if (ticked) chosen += 1;
    });
    list(picker, ".picker-group").forEach(function (group) {
      group.hidden = !group.querySelector("[data-picker-row]:not([hidden])");
    });
    var said = picker.getAttribute("data-counted");
    said = said.replace("{shown}", String(shown)).replace("{chosen}", String(chosen));
    picker.querySelector("[data-picker-count]").textContent = said;
  }

  document.addEventListener("DOMContentLoaded", function () {
    list(document, "[data-picker]").forEach(function (picker) {
      picker.querySelector(".picker-search").hidden = false;
      picker.addEventListener("input", function () { narrow(picker); });
      picker.addEventListener("keydown", function (event) {
        if (event.key === "Enter" && event.target.matches("[data-picker-search]")) event.preventDefault();
      });
      narrow(picker);
    });
  });
})();
