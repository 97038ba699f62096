/* What is entered on site is not lost when the network drops: it is kept in this browser, said to
   be unsent, and sent again when the portal answers. Pages work without it. */
(function () {
  "use strict";
  var told = document.getElementById("onsite");
  if (!told) return;

  var PREFIX = "onsite:";
  var OURS = PREFIX + told.dataset.user + ":";
  var PAGE = OURS + window.location.pathname + window.location.search;
  var LONGEST = 3 * 24 * 3600 * 1000; // protected data stays on a phone no longer than a mission
  var AGAIN = 5000;
  var PATIENCE = 8000;

  function each(selector, act, within) {
    Array.prototype.forEach.call((within || document).querySelectorAll(selector), act);
  }

  /* --- What is kept: words in localStorage, files in IndexedDB ----------------------------- */
  function keep(key, words) {
    words.at = Date.now();
    try {
      window.localStorage.setItem(key, JSON.stringify(words));
    } catch (error) {
      return; // storage may be full or forbidden; then the page alone holds it
    }
  }

  function kept(key) {
    try {
      return JSON.parse(window.localStorage.getItem(key));
    } catch (error) {
      return null;
    }
  }

  function forget(key) {
    try {
      window.localStorage.removeItem(key);
    } catch (error) {
      return;
    }
    withFiles("readwrite", function (files) { files.delete(within(key)); });
  }

  function within(key) {
    return window.IDBKeyRange.bound(key + "|", key + "|\uffff");
  }

  function withFiles(mode, act) {
    if (!window.indexedDB) return;
    var asked = window.indexedDB.open("onsite", 1);
    asked.onupgradeneeded = function () { asked.result.createObjectStore("files"); };
    asked.onsuccess = function () {
      var base = asked.result;
      var work = base.transaction("files", mode);
      work.oncomplete = function () { base.close(); };
      act(work.objectStore("files"));
    };
  }

  function forgetOld() {
    var oldest = Date.now() - LONGEST;
    try {
      Object.keys(window.localStorage).forEach(function (key) {
        if (key.indexOf(PREFIX) !== 0) return;
        var words = kept(key);
        if (!words || words.at < oldest) forget(key);
      });
    } catch (error) {
      return;
    }
    withFiles("readwrite", function (files) {
      files.openCursor().onsuccess = function (event) {
        var cursor = event.target.result;
        if (!cursor) return;
        if (cursor.value.at < oldest) cursor.delete();
        cursor.continue();
      };
    });
  }

  /* --- Whether the portal answers ---------------------------------------------------------- */
  function reach(yes, no) {
    var stop = new AbortController();
    var timer = window.setTimeout(function () { stop.abort(); }, PATIENCE);
    window.fetch(told.dataset.probe, { cache: "no-store", credentials: "omit", signal: stop.signal })
      .then(function (answer) { return answer.ok; }, function () { return false; })
      .then(function (ok) {
        window.clearTimeout(timer);
        (ok ? yes : no)();
      });
  }

  function say(words, offersDiscard) {
    told.querySelector("[data-words]").textContent = words;
    var discard = told.querySelector("[data-discard]");
    if (discard) discard.hidden = !offersDiscard;
    told.hidden = !words;
  }

  /* --- The cards of the checklist ---------------------------------------------------------- */
  function stateOf(card) {
    var ticked = card.querySelector("input[type=radio]:checked");
    return { value: ticked ? ticked.value : "", remark: card.querySelector("textarea").value };
  }

  function same(one, other) {
    return Boolean(one && other && one.value === other.value && one.remark === other.remark);
  }

  function keyOf(card) {
    return OURS + window.location.pathname + "#" + card.id;
  }

  function put(card, state) {
    each("input[type=radio]", function (input) { input.checked = input.value === state.value; }, card);
    card.querySelector("textarea").value = state.remark;
  }

  function mark(card, words) {
    var place = card.querySelector(".check-state");
    place.textContent = "";
    var said = document.createElement("span");
    said.className = "check-error";
    said.textContent = words;
    place.appendChild(said);
  }

  function countUnsent() {
    var number = document.querySelectorAll(".check-card[data-unsent]").length;
    say(number ? told.dataset.unsent.replace("{n}", number) : "", false);
    return number;
  }

  function unsent(card) {
    card.setAttribute("data-unsent", "");
    mark(card, told.dataset.mark);
    countUnsent();
  }

  function saved(card) {
    var now = stateOf(card);
    card.removeAttribute("data-unsent");
    card.base = card.sending;
    if (same(now, card.sending)) forget(keyOf(card));
    countUnsent();
  }

  function answered(card, status) {
    if (status === 0 || status >= 500) unsent(card);
    else if (status !== 200) mark(card, told.dataset.refused);
    else if (!card.querySelector(".check-state .check-error")) saved(card);
    else {
      card.removeAttribute("data-unsent"); // it arrived; the sentence in the card says what lacks
      countUnsent();
    }
  }

  function restoreCard(card) {
    card.base = stateOf(card);
    var words = kept(keyOf(card));
    if (!words) return;
    if (same(words.now, card.base)) {
      forget(keyOf(card));
      return;
    }
    put(card, words.now);
    if (same(words.base, card.base)) unsent(card);
    else mark(card, told.dataset.changed); // a colleague answered meanwhile: people decide
  }

  function watchCards() {
    each(".check-card", restoreCard);
    ["input", "change"].forEach(function (name) {
      document.addEventListener(name, function (event) {
        var card = event.target.closest(".check-card");
        if (card) keep(keyOf(card), { now: stateOf(card), base: card.base });
      });
    });
    document.addEventListener("htmx:beforeRequest", function (event) {
      var card = event.target.closest(".check-card");
      if (!card) return;
      card.sending = stateOf(card);
      if (navigator.onLine) return;
      event.preventDefault();
      keep(keyOf(card), { now: stateOf(card), base: card.base });
      unsent(card);
    });
    document.addEventListener("htmx:afterRequest", function (event) {
      var card = event.target;
      if (!card.matches(".check-card")) return;
      var status = event.detail.xhr ? event.detail.xhr.status : 0;
      window.setTimeout(function () { answered(card, status); }, 50); // the answer stands in it then
    });
    var form = document.querySelector("form.check-form");
    form.addEventListener("submit", function () {
      each(".check-card", function (card) { forget(keyOf(card)); });
    });
    function sendAll() {
      if (!countUnsent()) return;
      reach(function () {
        each(".check-card[data-unsent]", function (card) { window.htmx.trigger(card, "change"); });
      }, function () {});
    }
    window.addEventListener("online", sendAll);
    window.setInterval(sendAll, AGAIN);
    sendAll();
  }

  /* --- A form that is sent as a whole ------------------------------------------------------- */
  function isWords(field) {
    return field.name && ["hidden", "file", "password", "submit"].indexOf(field.type) < 0;
  }

  function wordsOf(form) {
    return Array.prototype.filter.call(form.elements, isWords).map(function (field) {
      return { name: field.name, value: field.value, ticked: Boolean(field.checked) };
    });
  }

  function fill(form, words) {
    words.forEach(function (one) {
      each("[name]", function (field) {
        if (field.name !== one.name || !isWords(field)) return;
        if (field.type === "checkbox" || field.type === "radio") {
          if (field.value === one.value) field.checked = one.ticked;
        } else {
          field.value = one.value;
        }
      }, form);
    });
  }

  function keepFile(input) {
    withFiles("readwrite", function (files) {
      var file = input.files[0];
      if (file) files.put({ file: file, name: file.name, at: Date.now() }, PAGE + "|" + input.name);
      else files.delete(PAGE + "|" + input.name);
    });
  }

  function fillFile(input) {
    withFiles("readonly", function (files) {
      files.get(PAGE + "|" + input.name).onsuccess = function (event) {
        var found = event.target.result;
        if (!found || input.files.length) return;
        var carried = new DataTransfer();
        carried.items.add(new File([found.file], found.name, { type: found.file.type }));
        input.files = carried.files;
      };
    });
  }

  function restoreForm(form) {
    var words = kept(PAGE);
    if (!words) return;
    if (document.querySelector("[data-focus]")) { // came back with its errors and its words
      keep(PAGE, { words: words.words, sent: false });
      each("input[type=file]", fillFile, form);
      return;
    }
    fill(form, words.words);
    each("input[type=file]", fillFile, form);
    say(words.sent ? told.dataset.maybe : told.dataset.restored, true);
  }

  function sendForm(form) {
    reach(function () {
      form.reachable = true;
      keep(PAGE, { words: wordsOf(form), sent: true });
      form.requestSubmit();
    }, function () {
      say(told.dataset.unsent, false);
      form.waiting = true;
    });
  }

  function watchForm(form) {
    restoreForm(form);
    form.addEventListener("input", function () { keep(PAGE, { words: wordsOf(form), sent: false }); });
    form.addEventListener("change", function (event) {
      if (event.target.type === "file") {
        keepFile(event.target);
        keep(PAGE, { words: wordsOf(form), sent: false });
      }
    });
    form.addEventListener("submit", function (event) {
      if (form.reachable) return;
      event.preventDefault();
      event.stopPropagation();
      if (!form.asking) {
        form.asking = true;
        sendForm(form);
        window.setTimeout(function () { form.asking = false; }, 1000);
      }
    });
    function again() {
      if (form.waiting) sendForm(form);
    }
    window.addEventListener("online", again);
    window.setInterval(again, AGAIN);
    window.addEventListener("pageshow", function () { form.reachable = false; });
    each(".form-foot a.btn", function (cancel) {
      cancel.addEventListener("click", function () { forget(PAGE); });
    }, form);
  }

  told.addEventListener("click", function (event) {
    if (!event.target.closest("[data-discard]")) return;
    forget(PAGE);
    window.location.replace(window.location.href);
  });

  /* The page after a form that went through: what was kept for it has arrived. */
  function forgetArrived() {
    if (!document.referrer || document.querySelector("form[data-keep]")) return;
    var from = new URL(document.referrer);
    var key = OURS + from.pathname + from.search;
    var words = kept(key);
    if (words && words.sent) forget(key);
  }

  forgetOld();
  forgetArrived();
  each("form[data-keep]", watchForm);
  if (document.querySelector(".check-card")) watchCards();
})();
