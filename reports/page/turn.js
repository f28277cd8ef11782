'use strict';
(function () {
  var root = document.documentElement;
  var toc = document.querySelector('.toc'), whole = toc.innerHTML, title = document.title, shown = null;

  // show opens the page on which the address's part lies, and the part.
  function show() {
    var part = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var page = part && part.closest('.page') || document.querySelector('.page');
    var town = page.classList.contains('town'), turned = page !== shown;
    if (turned) {
      if (shown) shown.classList.remove('on');
      page.classList.add('on');
      root.className = town ? 'js town' : 'js';
      toc.innerHTML = town ? '' : whole;
      if (town) page.querySelectorAll('section[id]').forEach(function (s) {
        var a = toc.appendChild(document.createElement('li')).appendChild(document.createElement('a'));
        a.href = '#' + s.id;
        a.textContent = s.querySelector('h2').textContent;
      });
      document.title = town ? page.querySelector('h1').textContent + ' ' + title : title;
      document.querySelectorAll('.nav .home, .towns a').forEach(function (a) {
        if (a.hash === '#' + page.id) a.setAttribute('aria-current', 'page'); else a.removeAttribute('aria-current');
      });
      if (shown && part === page) page.querySelector('h1').focus({ preventScroll: true });
      shown = page;
    }
    if (!part) return;
    for (var d = part.querySelector(':scope > details') || part; d; d = d.parentElement) if (d.tagName === 'DETAILS') d.open = true;
    if (part === page) window.scrollTo(0, 0); else if (turned || part.matches('.annex')) part.scrollIntoView();
  }
  window.addEventListener('hashchange', show);
  show();

  // The list of towns closes when one is chosen, and by Escape.
  var towns = document.querySelector('.towns');
  if (towns) {
    towns.addEventListener('click', function (e) { if (e.target.closest('a')) towns.open = false; });
    document.addEventListener('click', function (e) { if (!towns.contains(e.target)) towns.open = false; });
    towns.addEventListener('keydown', function (e) {
      if (e.key !== 'Escape' || !towns.open) return;
      towns.open = false;
      towns.querySelector('summary').focus();
    });
  }
})();
