'use strict';
// The editor's page: runs the query without leaving the page, tells how it
// goes, stops it, and offers a field for every parameter that the text names.
(function () {
  var form = document.getElementById('ask');
  if (!form) return;
  var zh = document.documentElement.lang.slice(0, 2) === 'zh';
  var text = document.getElementById('text'), run = document.getElementById('run'), stop = document.getElementById('stop');
  var progress = document.getElementById('progress'), answer = document.getElementById('answer'), history = document.getElementById('history');
  var under = null; // the request under way

  function say(z, e) { return zh ? z : e; }

  // ---- Parameters: $name outside texts, names in quotes and comments.
  var values = document.getElementById('values'), model = document.getElementById('value'), given = {};

  function parameters(sql) {
    var bare = sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$\$[\s\S]*?\$\$/g, ' ');
    var names = [], found = bare.match(/\$[A-Za-z_][A-Za-z0-9_]*/g) || [];
    found.forEach(function (p) { p = p.slice(1).toLowerCase(); if (names.indexOf(p) < 0) names.push(p); });
    return names;
  }

  function hint(name) {
    if (name === 'as_of') return say('留空为最近一天', 'empty: the latest day');
    if (name === 'campaign') return say('留空为默认的考核方案', 'empty: the first campaign');
    return '';
  }

  function offerValues() {
    var names = parameters(text.value);
    values.querySelectorAll('input').forEach(function (i) {
      var name = i.name.slice('value.'.length);
      given[name] = i.value;
      if (names.indexOf(name) < 0) i.closest('p').remove();
    });
    names.forEach(function (name) {
      if (values.querySelector('[name="value.' + name + '"]')) return;
      var p = model.content.cloneNode(true), input = p.querySelector('input');
      p.querySelector('span').textContent = '$' + name;
      input.name = 'value.' + name;
      input.value = given[name] || '';
      values.appendChild(p);
    });
    values.querySelectorAll('input').forEach(function (i) {
      var name = i.name.slice('value.'.length);
      i.placeholder = hint(name);
      if (name === 'as_of') i.type = 'date';
      if (name === 'item') i.setAttribute('list', 'items');
      if (/^(area|area_code|town)$/.test(name)) i.setAttribute('list', 'areas');
    });
    values.hidden = names.length === 0;
  }
  text.addEventListener('input', offerValues);
  offerValues();

  // ---- Running.
  form.addEventListener('submit', function (e) {
    var by = e.submitter;
    if (by && by.hasAttribute('formaction')) {
      if (by.getAttribute('formaction') === '/query/file') progress.textContent = say('正在准备文件，浏览器会提示保存……', 'The file is being made; the browser will offer it …');
      return;
    }
    e.preventDefault();
    ask();
  });

  stop.addEventListener('click', halt);
  function halt() { if (under) under.abort(); }

  document.addEventListener('keydown', function (e) {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && form.contains(e.target)) { e.preventDefault(); ask(); }
    if (e.key === 'Escape' && under && !e.defaultPrevented) { e.preventDefault(); halt(); }
  });

  async function ask() {
    if (under) return;
    under = new AbortController();
    var begun = Date.now(), place = 0;
    function tell() {
      var s = ((Date.now() - begun) / 1000).toFixed(1);
      progress.textContent = place > 0 ? say('排队中，前面还有 ' + (place - 1) + ' 个查询（' + s + ' 秒）', 'Waiting: place ' + place + ' in the queue (' + s + ' s)')
        : say('执行中……' + s + ' 秒', 'Running … ' + s + ' s');
    }
    var clock = setInterval(tell, 200);
    progress.classList.remove('v');
    tell();
    run.disabled = true;
    stop.hidden = false;
    answer.classList.add('old');
    try {
      var response = await fetch(form.action, {
        method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { Accept: 'application/x-ndjson' }, signal: under.signal,
      });
      if ((response.headers.get('Content-Type') || '').indexOf('application/x-ndjson') !== 0) {
        // Signed out meanwhile, or refused: what the server says is a page.
        progress.textContent = response.status === 401 ? say('登录已失效：请在新窗口登录后再执行，查询还在这里。', 'You are no longer signed in: sign in in another window and run again, the query stays here.')
          : say('没有执行（' + response.status + '）', 'not run (' + response.status + ')');
        return;
      }
      var done = await events(response, function (e) { place = e.place || 0; tell(); });
      if (!done) throw new Error('cut off');
      show(done);
    } catch (e) {
      answer.classList.remove('old');
      progress.textContent = e.name === 'AbortError' ? say('已停止', 'Stopped')
        : say('连接断了，没有得到结果，请再执行一次', 'The connection broke before the answer was there: run it again');
    } finally {
      clearInterval(clock);
      under = null;
      run.disabled = false;
      stop.hidden = true;
    }
  }

  // events reads lines of JSON as they come, and returns the last one.
  async function events(response, each) {
    var reader = response.body.getReader(), decoder = new TextDecoder(), rest = '', last = null;
    for (;;) {
      var part = await reader.read();
      rest += part.done ? '\n' : decoder.decode(part.value, { stream: true });
      var lines = rest.split('\n');
      rest = lines.pop();
      lines.forEach(function (l) {
        if (!l) return;
        var e = JSON.parse(l);
        if (e.done) last = e; else each(e);
      });
      if (part.done) return last;
    }
  }

  function show(done) {
    answer.classList.remove('old');
    answer.innerHTML = done.html || '';
    if (done.history) history.innerHTML = done.history;
    // The answer says it above its rows; who cannot see hears it here.
    progress.textContent = done.status || '';
    progress.classList.add('v');
    offerValues();
    if (done.missing) {
      var field = values.querySelector('[name="value.' + CSS.escape(done.missing) + '"]');
      if (field) field.focus();
    } else if (done.from !== undefined) point(done.from);
    document.dispatchEvent(new Event('answered'));
  }

  // point selects what is wrong: the word that begins there.
  function point(from) {
    var word = /^(?:[\w\u4e00-\u9fff.$]+|"[^"]*"?|.)?/.exec(text.value.slice(from))[0];
    text.focus();
    text.setSelectionRange(from, from + word.length);
    var line = text.value.slice(0, from).split('\n').length - 1;
    var high = parseFloat(getComputedStyle(text).lineHeight) || 20;
    text.scrollTop = Math.max(0, line * high - text.clientHeight / 2);
  }
  if (Number(form.dataset.from) >= 0) point(Number(form.dataset.from));
})();
