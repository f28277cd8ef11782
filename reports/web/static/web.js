'use strict';
(function () {
  var main = document.getElementById('main');

  // A form whose button says what is asked a second time is not sent twice. One
  // that files come from stays on the page, and is sent as often as somebody likes.
  document.addEventListener('submit', function (e) {
    if (e.defaultPrevented || 'again' in e.target.dataset) return;
    if (e.target.dataset.sent) e.preventDefault();
    if (e.target.method === 'post') {
      e.target.dataset.sent = '1';
      setTimeout(function () { delete e.target.dataset.sent; }, 3000);
    }
  });

  // The slider shows another day in place: the page is fetched as it would be
  // opened, so that there is one way to make it.
  var asked = 0;
  function slider() { return document.querySelector('form.slider'); }

  function dayOf(form, at) {
    var d = new Date(form.dataset.opening + 'T00:00:00Z');
    d.setUTCDate(d.getUTCDate() + Number(at));
    return d;
  }

  function words(d) {
    return new Intl.DateTimeFormat(document.documentElement.lang, { year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' }).format(d);
  }

  function address(form, d) {
    return form.getAttribute('action') + '?day=' + d.toISOString().slice(0, 10);
  }

  function turn(to, push) {
    var mine = ++asked;
    main.setAttribute('aria-busy', 'true');
    return fetch(to, { credentials: 'same-origin', headers: { Accept: 'text/html' } }).then(function (answer) {
      // Signed out meanwhile, or nothing there: let the browser show it.
      if (!answer.ok || new URL(answer.url).pathname !== new URL(to, location.href).pathname) { location.assign(to); return null; }
      return answer.text();
    }).then(function (text) {
      if (text === null || mine !== asked) return;
      var page = new DOMParser().parseFromString(text, 'text/html');
      put(page);
      if (push) history.pushState({ turned: true }, '', to);
    }).catch(function () { if (mine === asked) location.assign(to); });
  }

  function put(page) {
    var top = window.scrollY, focus = document.activeElement && document.activeElement.id, open = opened();
    if (window.canbao) canbao.drop(main);
    document.title = page.title;
    ['.menu', '.foot', '.who'].forEach(function (part) {
      var old = document.querySelector(part), now = page.querySelector(part);
      if (old && now) old.replaceWith(now);
    });
    main.replaceChildren.apply(main, Array.from(page.getElementById('main').childNodes));
    main.removeAttribute('aria-busy');
    open.forEach(function (id) { var d = document.getElementById(id); if (d && d.closest('details')) d.closest('details').open = true; });
    window.scrollTo(0, top);
    if (focus && document.getElementById(focus)) document.getElementById(focus).focus({ preventScroll: true });
    if (window.canbao) canbao.show(main);
    ready();
    var said = document.getElementById('said');
    if (said) said.textContent = document.querySelector('form.slider output').textContent;
  }

  // What the reader has unfolded stays unfolded on the next day.
  function opened() {
    return Array.from(main.querySelectorAll('details[open] > :not(summary) [id], details[open] > [id]:not(summary)')).map(function (e) { return e.id; });
  }

  function ready() {
    var form = slider();
    if (!form) return;
    document.documentElement.classList.add('live');
    var range = form.querySelector('input[type=range]'), out = form.querySelector('output'), waiting;
    range.addEventListener('input', function () {
      var d = dayOf(form, range.value);
      out.textContent = words(d);
      range.setAttribute('aria-valuetext', words(d));
      clearTimeout(waiting);
      waiting = setTimeout(function () { turn(address(form, d), true); }, 180);
    });
    form.addEventListener('submit', function (e) {
      e.preventDefault();
      clearTimeout(waiting);
      turn(address(form, dayOf(form, range.value)), true);
    });
    form.addEventListener('click', function (e) {
      var a = e.target.closest('a');
      if (!a || e.metaKey || e.ctrlKey || e.shiftKey || e.button) return;
      e.preventDefault();
      turn(a.getAttribute('href'), true);
    });
  }
  window.addEventListener('popstate', function () { if (slider()) turn(location.pathname + location.search, false); });
  ready();
})();
