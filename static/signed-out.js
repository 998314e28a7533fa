/* Takes the rosters off the phone that signed out. Marks not yet sent stay: only their account can send them. */
(function () {
  "use strict";
  var store = window.readingStore, line = document.querySelector("[data-gone]");
  store.read("rosters").then(function (all) {
    return store.write(null, { rosters: all });
  }).then(function () {
    line.textContent = line.dataset.gone;
  }, function () {
    line.textContent = line.dataset.kept;
  });
})();
