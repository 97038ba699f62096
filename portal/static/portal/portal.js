/* Small behaviour of every page: menus, dialogs, guards of forms. Pages work without it. */
(function () {
  "use strict";
  var root = document.documentElement;

  function each(selector, act, within) {
    Array.prototype.forEach.call((within || document).querySelectorAll(selector), act);
  }

  /* --- Light or dark --------------------------------------------------------------------- */
  function switchTheme() {
    var next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    root.setAttribute("data-bs-theme", next);
    try {
      window.localStorage.setItem("theme", next);
    } catch (error) {
      return; // storage may be forbidden; the choice then lasts for this page
    }
  }

  /* --- Menus ----------------------------------------------------------------------------- */
  function closeMenus(except) {
    each("details.menu[open]", function (menu) {
      if (menu !== except) menu.removeAttribute("open");
    });
  }

  function clearSuggestions() {
    var box = document.getElementById("suggestions");
    if (box) box.textContent = "";
  }

  function toggleNav(button) {
    var open = root.classList.toggle("nav-open");
    button.setAttribute("aria-expanded", String(open));
  }

  document.addEventListener("click", function (event) {
    var target = event.target;
    closeMenus(target.closest("details.menu"));
    if (!target.closest(".bar-search")) clearSuggestions();
    var toggle = target.closest("[data-toggle-nav]");
    if (toggle) toggleNav(toggle);
    if (target.closest("[data-theme-switch]")) switchTheme();
    if (target.closest("[data-close-dialog]")) target.closest("dialog").close();
    if (target.closest("[data-print]")) window.print();
    var asking = target.closest("[data-dialog]");
    if (asking) {
      var dialog = document.getElementById(asking.getAttribute("data-dialog"));
      if (dialog && dialog.showModal) {
        event.preventDefault();
        closeMenus(null);
        dialog.showModal();
      }
    }
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var menu = event.target.closest && event.target.closest("details.menu[open]");
    closeMenus(null);
    clearSuggestions();
    if (menu) menu.querySelector("summary").focus();
    if (root.classList.contains("nav-open")) toggleNav(document.querySelector("[data-toggle-nav]"));
  });

  /* --- Forms ----------------------------------------------------------------------------- */
  var unsaved = null; // the guarded form that holds changes

  document.addEventListener("input", function (event) {
    var form = event.target.closest("form[data-guard]");
    if (form) unsaved = form;
  });

  window.addEventListener("beforeunload", function (event) {
    if (!unsaved) return;
    event.preventDefault();
    event.returnValue = "";
  });

  /* A second click must not send the form twice; the buttons wake up when one comes back. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented) return;
    if (form.dataset.sent === "yes") {
      event.preventDefault();
      return;
    }
    unsaved = null;
    if (form.method !== "post") return;
    form.dataset.sent = "yes";
    window.setTimeout(function () {
      each("button:not([type=button])", function (button) {
        button.setAttribute("aria-disabled", "true");
        button.classList.add("sending");
      }, form);
      if ("slow" in form.dataset) each(".working", function (status) { status.hidden = false; }, form);
    }, 0);
  });

  window.addEventListener("pageshow", function () {
    each("form", function (form) {
      delete form.dataset.sent;
    });
    each(".working", function (status) { status.hidden = true; });
    each(".sending", function (button) {
      button.removeAttribute("aria-disabled");
      button.classList.remove("sending");
    });
  });

  /* --- Rows that open their page ---------------------------------------------------------- */
  document.addEventListener("click", function (event) {
    var row = event.target.closest("tr[data-href]");
    if (!row || event.target.closest("a, button, input, select, label, summary")) return;
    if (String(window.getSelection())) return;
    window.location.assign(row.getAttribute("data-href"));
  });

  /* --- After loading ---------------------------------------------------------------------- */
  document.addEventListener("DOMContentLoaded", function () {
    var problems = document.querySelector("[data-focus]");
    if (problems) problems.focus();
    each("form[data-guard]", function (form) {
      if (problems) unsaved = form;
    });
  });

  /* htmx: say what went wrong instead of staying silent. */
  document.addEventListener("htmx:responseError", function (event) {
    var said = document.getElementById("said");
    if (said) said.textContent = event.detail.xhr.status + " " + event.detail.xhr.statusText;
  });
})();
