/* What a kept roster and this phone's own marks come to together: plain functions of data, as on the server. */
(function () {
  "use strict";
  var CAME = ["present", "late"];

  function keyOf(item) { return item.mark.guest || item.person || ""; }

  function isOf(item, id) { return item.state === "waiting" && keyOf(item) === id; }

  function all(row) { return row ? row.data.people.concat(row.data.guests) : []; }

  function find(list, id) { return list.find(function (one) { return one.id === id; }); }

  /* The moment on the city's clock, as the server writes it. */
  function cityMoment(item, row) {
    var offset = row.downloaded_at.slice(19), sign = offset[0] === "-" ? -1 : 1;
    var minutes = sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6))) || 0;
    var at = Date.parse(item.mark.happened_at) + (item.mark.clock_offset || 0) * 1000 + minutes * 60000;
    return new Date(at).toISOString().slice(0, 19) + offset;
  }

  function withOwn(one, items, row) {
    var own = items.filter(function (item) { return isOf(item, one.id); }), last = own[own.length - 1];
    if (!last) { return one; }
    var stands = last.mark.status !== "undone";
    // Who is here stays here since they came, as a correction from late to present.
    var since = stands && CAME.indexOf(one.status) >= 0 && one.since || stands && cityMoment(last, row) || null;
    return Object.assign({}, one, { status: stands ? last.mark.status : null, since: since, pending: true, waiting: false });
  }

  function counts(people, guests, expected) {
    var found = { expected: expected, present: 0, late: 0, excused: 0, guests: 0 };
    people.forEach(function (one) { if (one.status) { found[one.status] += 1; } });
    guests.forEach(function (one) { if (CAME.indexOf(one.status) >= 0 && !one.waiting) { found.guests += 1; } });
    return found;
  }

  window.readingView = {
    /* Whom a mark is of: a resident's id, told or found by the card; "" for a guest or a card nobody here holds. */
    personOf: function (mark, personId) { return mark.resident || personId || ""; },

    nameOf: function (row, id) {
      var one = find(all(row), id);
      return one ? one.name : "";
    },

    withMarks: function (row, items) {
      var own = items.filter(function (one) { return one.event === row.event; });
      var people = row.data.people.map(function (one) { return withOwn(one, own, row); });
      var guests = row.data.guests.map(function (one) { return withOwn(one, own, row); });
      own.forEach(function (item) {
        if (item.state !== "waiting") { return; }
        var id = keyOf(item), list = item.mark.guest ? guests : people;
        if (id && !item.mark.card && !find(list, id)) {
          list.push(withOwn({ id: id, name: item.name, home: "", keys: "", why: "", status: null, since: null, heads: [], mine: false }, own, row));
        }
      });
      var heads = own.filter(function (one) { return one.mark.heads !== undefined && one.state === "waiting"; }).pop();
      return {
        event: row.data.event, people: people, guests: guests, downloaded_at: row.downloaded_at,
        counts: counts(people, guests, row.data.counts.expected), headcount: heads ? heads.mark.heads : row.data.headcount
      };
    },

    /* The marks of a person nothing has replaced, as far as this phone knows before ``item`` was made. */
    heads: function (row, items, item) {
      var one = find(all(row), keyOf(item)), found = one ? one.heads.slice() : [];
      items.forEach(function (other) {
        if (other === item || other.turn >= item.turn || other.event !== item.event || !isOf(other, keyOf(item))) { return; }
        var seen = other.mark.seen || found;
        found = found.filter(function (id) { return seen.indexOf(id) < 0 && id !== other.id; }).concat(other.id);
      });
      return found;
    },

    headsSent: function (item) {
      var sent = Object.assign({}, item.mark, { number: item.mark.heads });
      delete sent.heads;
      return sent;
    },

    /* Let ``later`` replace what a refused mark was to replace; tell whether that changed it. */
    inherit: function (later, refused) {
      var seen = later.mark.seen;
      if (!seen || seen.indexOf(refused.id) < 0) { return false; }
      later.mark.seen = seen.filter(function (id) { return id !== refused.id; }).concat(
        (refused.mark.seen || []).filter(function (id) { return seen.indexOf(id) < 0; }));
      return true;
    },

    /* Note in a kept roster what the server answered. */
    learn: function (row, answer) {
      ["people", "guests"].forEach(function (kind) {
        answer[kind].forEach(function (one) {
          var at = row.data[kind].findIndex(function (known) { return known.id === one.id; });
          if (at < 0) { row.data[kind].push(one); } else { row.data[kind][at] = one; }
        });
      });
      row.data.counts = answer.counts;
      row.data.event.cancelled = answer.cancelled;
      row.data.headcount = answer.headcount;
    }
  };
})();
