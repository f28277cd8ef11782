'use strict';
// Completion in the editor: tables and columns with what they mean, and the
// words of SQL. Which ones are offered follows what `canbao shell` offers.
(function () {
  var form = document.getElementById('ask');
  if (!form) return;
  var text = document.getElementById('text'), list = document.getElementById('words');
  var all = null, offered = [], chosen = 0, moved = false, start = 0;

  fetch(form.dataset.words).then(function (r) { return r.ok ? r.json() : null; }).then(function (w) {
    if (!w) return;
    all = w;
    fill('items', w.values.item);
    fill('areas', w.values.area);
    form.classList.add('ready');
  }).catch(function () { /* without it the editor is a plain field */ });

  function fill(id, words) {
    var to = document.getElementById(id);
    (words || []).forEach(function (w) {
      var o = document.createElement('option');
      o.value = w.name;
      o.label = w.meaning || '';
      to.appendChild(o);
    });
  }

  text.setAttribute('role', 'combobox');
  text.setAttribute('aria-autocomplete', 'list');
  text.setAttribute('aria-expanded', 'false');
  text.setAttribute('aria-controls', 'words');
  text.setAttribute('aria-multiline', 'true');

  // ---- What may come at the cursor.
  function begins(list, word) {
    word = word.toLowerCase();
    return list.filter(function (w) { return w.name.toLowerCase().indexOf(word) === 0; });
  }

  function aliased(sql) {
    var named = {}, form = /(?:\bfrom|\bjoin|,)\s*((?:mart|ref)\.\w+)(?:\s+(?:as\s+)?([a-z_]\w*))?/gi, m;
    while ((m = form.exec(sql))) {
      var table = m[1].toLowerCase();
      named[table] = named[table.split('.')[1]] = table;
      if (m[2] && !/^(where|join|left|right|inner|full|cross|on|using|group|order|limit|having|union)$/i.test(m[2])) named[m[2].toLowerCase()] = table;
    }
    return named;
  }

  function candidates(head, word, whole) {
    var named = aliased(whole), found;
    if (word.indexOf('.') >= 0) {
      var alias = word.slice(0, word.indexOf('.')), table = named[alias.toLowerCase()];
      found = (all.columns[table] || []).map(function (c) { return { name: alias + '.' + c.name, meaning: c.meaning, type: c.type }; });
      return begins(all.tables.concat(found), word);
    }
    var tables = begins(all.tables, word);
    if (word) tables = tables.concat(all.tables.filter(function (t) { return t.name.split('.')[1].indexOf(word.toLowerCase()) === 0; }));
    if (/(^|[\s(,])(from|join)\s+$/i.test(head)) return tables;
    if (!word) return [];
    var columns = [], seen = {}, which = Object.keys(named).map(function (k) { return named[k]; });
    if (!which.length) which = Object.keys(all.columns);
    which.filter(function (t, i) { return which.indexOf(t) === i; }).forEach(function (t) {
      begins(all.columns[t] || [], word).forEach(function (c) {
        if (!seen[c.name]) { seen[c.name] = true; columns.push(c); }
      });
    });
    var upper = word === word.toUpperCase() && word !== word.toLowerCase();
    var words = begins(all.keywords.map(function (k) { return { name: k, type: 'SQL' }; }), word).map(function (k) {
      return upper ? { name: k.name.toUpperCase(), type: k.type } : k;
    });
    return columns.concat(tables, words);
  }

  // inside tells that the place is in a text or a comment, where no word of SQL is.
  function inside(head) {
    var rest = head.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\/\*[\s\S]*?\*\/|--[^\n]*\n/g, ' ');
    return /'|\/\*|--/.test(rest);
  }

  // ---- Offering.
  function offer(asked) {
    if (!all || text.selectionStart !== text.selectionEnd) return close();
    var at = text.selectionStart, head = text.value.slice(0, at);
    var word = /[\w$.\u4e00-\u9fff]*$/.exec(head)[0];
    head = head.slice(0, head.length - word.length);
    if (inside(head) || word[0] === '$' || /^[0-9]/.test(word)) return close();
    if (!asked && !word && !/\b(from|join)\s$/i.test(head)) return close();
    offered = candidates(head, word, text.value).slice(0, 60);
    if (!offered.length || (!asked && offered.length === 1 && offered[0].name.toLowerCase() === word.toLowerCase())) return close();
    start = at - word.length;
    chosen = 0;
    moved = false;
    draw();
  }

  function draw() {
    list.textContent = '';
    offered.forEach(function (w, i) {
      var li = document.createElement('li'), name = document.createElement('b'), type = document.createElement('i'), what = document.createElement('span');
      li.id = 'word-' + i;
      li.setAttribute('role', 'option');
      name.textContent = w.name;
      type.textContent = w.type || '';
      what.textContent = w.meaning || '';
      li.append(name, type, what);
      li.addEventListener('mousedown', function (e) { e.preventDefault(); chosen = i; take(); });
      list.appendChild(li);
    });
    list.hidden = false;
    text.setAttribute('aria-expanded', 'true');
    place();
    mark();
  }

  function mark() {
    Array.from(list.children).forEach(function (li, i) { li.setAttribute('aria-selected', i === chosen ? 'true' : 'false'); });
    var li = list.children[chosen];
    if (li) { text.setAttribute('aria-activedescendant', li.id); li.scrollIntoView({ block: 'nearest' }); }
  }

  // place puts the list under the word: a copy of the text before it tells where
  // that is.
  var copy = document.createElement('div');
  copy.className = 'copy';
  copy.setAttribute('aria-hidden', 'true');
  text.parentNode.appendChild(copy);
  function place() {
    copy.textContent = text.value.slice(0, start);
    var at = document.createElement('span');
    at.textContent = '\u200b';
    copy.appendChild(at);
    var high = at.offsetHeight, left = at.offsetLeft - text.scrollLeft, top = at.offsetTop - text.scrollTop + high;
    list.style.left = Math.max(0, Math.min(left, text.clientWidth - list.offsetWidth)) + 'px';
    list.style.top = Math.max(high, Math.min(top, text.offsetHeight)) + 'px';
  }

  function close() {
    if (list.hidden) return;
    list.hidden = true;
    text.setAttribute('aria-expanded', 'false');
    text.removeAttribute('aria-activedescendant');
  }

  function take() {
    var word = offered[chosen].name;
    text.focus();
    // As if typed, so that undo takes it back.
    text.setSelectionRange(start, text.selectionEnd);
    if (!document.execCommand('insertText', false, word)) text.setRangeText(word, start, text.selectionEnd, 'end');
    close();
    text.dispatchEvent(new Event('input', { bubbles: true }));
    close();
  }

  text.addEventListener('input', function (e) { if (e.isTrusted) offer(false); });
  text.addEventListener('blur', close);
  text.addEventListener('click', close);
  text.addEventListener('scroll', close);
  text.addEventListener('keydown', function (e) {
    if (e.key === ' ' && e.ctrlKey) { e.preventDefault(); offer(true); return; }
    if (list.hidden || e.isComposing) return;
    switch (e.key) {
      case 'ArrowDown': case 'ArrowUp':
        e.preventDefault();
        moved = true;
        chosen = (chosen + (e.key === 'ArrowDown' ? 1 : offered.length - 1)) % offered.length;
        mark();
        return;
      case 'Tab':
        e.preventDefault();
        take();
        return;
      case 'Enter': // a new line, unless somebody has chosen
        if (moved && !e.ctrlKey && !e.metaKey) { e.preventDefault(); take(); } else close();
        return;
      case 'Escape':
        e.preventDefault();
        close();
        return;
      case 'ArrowLeft': case 'ArrowRight': case 'Home': case 'End': close();
    }
  });
})();
