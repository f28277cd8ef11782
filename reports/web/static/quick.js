'use strict';
// A quick chart of the rows on the page: bars or lines of the columns chosen.
// The chart library is fetched when the first answer has something to draw.
(function () {
  var form = document.getElementById('ask'), section = document.getElementById('chart');
  if (!form || !section) return;
  var zh = document.documentElement.lang.slice(0, 2) === 'zh';
  var kind = document.getElementById('kind'), across = document.getElementById('across'), up = document.getElementById('up');
  var drawing = document.getElementById('drawing'), drawn = document.getElementById('drawn');
  var most = 400, colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
  var data = null, chart = null, library = null;

  // ---- What the table on the page holds.
  function read() {
    var table = document.querySelector('#answer table.result');
    if (!table) return null;
    var heads = Array.from(table.tHead.rows[0].cells).slice(1).map(function (th) {
      return { name: th.firstChild.textContent, number: !th.classList.contains('l') };
    });
    var rows = Array.from(table.tBodies[0].rows).map(function (tr) {
      return Array.from(tr.cells).slice(1).map(function (td) { return td.classList.contains('null') ? null : td.textContent; });
    });
    return { heads: heads, rows: rows };
  }

  function renew() {
    data = read();
    var numbers = data ? data.heads.filter(function (h) { return h.number; }).length : 0;
    section.hidden = !data || numbers === 0 || data.rows.length < 2;
    if (section.hidden) return;
    across.textContent = '';
    up.textContent = '';
    var label = data.heads.findIndex(function (h) { return !h.number; });
    data.heads.forEach(function (h, i) {
      var o = document.createElement('option');
      o.value = i;
      o.textContent = h.name;
      o.selected = i === Math.max(label, 0);
      across.appendChild(o);
    });
    var one = false;
    data.heads.forEach(function (h, i) {
      if (!h.number || (label < 0 && i === 0 && numbers > 1)) return;
      var l = document.createElement('label'), box = document.createElement('input');
      box.type = 'checkbox';
      box.value = i;
      box.checked = !one;
      one = true;
      l.append(box, ' ' + h.name);
      up.appendChild(l);
    });
    // Days across are a course: a line.
    kind.value = data.rows.length > 8 && data.rows.every(function (r) { return /^\d{4}-\d\d-\d\d/.test(r[across.value] || ''); }) ? 'line' : 'bar';
    draw();
  }

  // labels are the values across; where one stands there twice, what tells them
  // apart stands beside it.
  function labels(rows, x) {
    var own = rows.map(function (r) { return r[x] === null ? 'NULL' : r[x]; });
    if (data.heads[x].number || new Set(own).size === own.length) return own;
    var beside = data.heads.map(function (h, i) { return i; }).filter(function (i) { return i !== x && !data.heads[i].number; });
    return rows.map(function (r, n) { return [own[n]].concat(beside.map(function (i) { return r[i] || ''; })).join(' '); });
  }

  function load() {
    library = library || new Promise(function (done, failed) {
      if (window.echarts) return done();
      var s = document.createElement('script');
      s.src = form.dataset.echarts;
      s.onload = done;
      s.onerror = failed;
      document.head.appendChild(s);
    });
    return library;
  }

  function draw() {
    load().then(function () {
      var rows = data.rows.slice(0, most), x = Number(across.value);
      var columns = Array.from(up.querySelectorAll('input:checked')).map(function (b) { return Number(b.value); });
      var option = {
        animation: false, color: colours, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
        grid: { left: 8, right: 16, top: columns.length > 1 ? 40 : 16, bottom: 8, containLabel: true },
        legend: columns.length > 1 ? { type: 'scroll', top: 0 } : undefined,
        tooltip: { trigger: 'axis', renderMode: 'richText', confine: true },
        xAxis: { type: 'category', data: labels(rows, x), axisLabel: { hideOverlap: true, rotate: rows.length > 8 && kind.value === 'bar' ? 40 : 0 } },
        yAxis: { type: 'value', axisLabel: { hideOverlap: true } },
        series: columns.map(function (c) {
          return { type: kind.value, name: data.heads[c].name, data: rows.map(function (r) { return r[c] === null ? null : Number(r[c]); }), showSymbol: rows.length < 60, barMaxWidth: 40 };
        }),
      };
      if (chart) chart.dispose();
      drawing.textContent = '';
      chart = window.echarts.init(drawing, null, { renderer: 'svg', width: drawing.clientWidth, height: drawing.clientHeight });
      chart.setOption(option);
      drawing.classList.add('drawn');
      drawn.textContent = data.rows.length > most ? (zh ? '只画前 ' + most + ' 行' : 'only the first ' + most + ' rows are drawn') : '';
    }).catch(function (e) { drawn.textContent = zh ? '图表没有画出来' : 'the chart could not be drawn'; throw e; });
  }

  [kind, across, up].forEach(function (c) { c.addEventListener('change', draw); });
  var soon = 0;
  window.addEventListener('resize', function () { clearTimeout(soon); soon = setTimeout(function () { if (chart && !section.hidden) draw(); }, 150); });
  document.addEventListener('answered', renew);
  renew();
})();
