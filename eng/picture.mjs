// What a terminal of 100 columns shows of a recorded run, as a page that Chromium can photograph.
// node eng/picture.mjs < typescript > page.html
const text = await new Promise((done) => {
  let read = '';
  process.stdin.setEncoding('utf8').on('data', (piece) => (read += piece)).on('end', () => done(read));
});

// A line that was written over shows only what was written last.
const lines = text.split('\n').map((line) => line.replace(/\r+$/, '').split(/\x1b\[2K|\r/).at(-1));
const escape = (plain) => plain.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const styles = { 1: 'bold', 2: 'dim', 31: 'red', 32: 'green', 33: 'yellow' };
let open = 0;
const body = lines.filter((line) => !/^Script (started|done)/.test(line)).map((line) => {
  const parts = line.replace(/\x1b\[\?\d+[hl]|\x1b[=>]/g, '').split(/\x1b\[([\d;]*)m/);
  let html = '';
  parts.forEach((part, index) => {
    if (index % 2 === 0) html += escape(part);
    else if (part === '' || part === '0') { html += '</span>'.repeat(open); open = 0; }
    else { html += `<span class="${part.split(';').map((code) => styles[code] ?? '').join(' ')}">`; open++; }
  });
  return html;
}).join('\n').trim();
process.stdout.write(`<!doctype html><meta charset="utf-8"><style>
  body { margin: 0; background: #10141a; }
  pre { margin: 0; padding: 18px 22px; color: #d6dbe3; font: 14px/1.35 "DejaVu Sans Mono", monospace; width: 100ch; }
  .bold { font-weight: bold; color: #fff; } .dim { color: #8791a0; }
  .red { color: #ff7b72; } .green { color: #7ee787; } .yellow { color: #e3b341; }
</style><pre>${body}</pre>`);
