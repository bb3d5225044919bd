// SPDX-License-Identifier: GPL-3.0-or-later
// Opens generated networks in Netron and prints its figures beside ours. See README.md.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const work = path.join(root, 'build', 'netron');
const types = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css',
    '.json': 'application/json', '.png': 'image/png', '.ico': 'image/x-icon' };

function fail(message, hint) {
    console.error(`compare: ${message}${hint ? `\n  ${hint}` : ''}`);
    process.exit(1);
}

function install(name) {
    const folder = path.join(work, 'node_modules', name);
    if (!fs.existsSync(folder)) {
        fs.mkdirSync(work, { recursive: true });
        try {
            execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', work, name],
                { stdio: ['ignore', 'ignore', 'inherit'] });
        } catch {
            fail(`npm could not install ${name}`, name === 'netron' ? 'NETRON_FOLDER may name an unpacked Netron.' : '');
        }
    }
    return folder;
}

function netronSource() {
    const folder = process.env.NETRON_FOLDER || install('netron');
    const found = [path.join(folder, 'source'), path.join(folder, 'dist', 'web'), folder]
        .find((place) => fs.existsSync(path.join(place, 'index.html')));
    return found || fail(`no index.html in ${folder}`, 'Expected Netron\'s source folder there.');
}

function chromium() {
    const names = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
    return names.find((name) => name && fs.existsSync(name)) || fail('no Chromium', 'apt-get install chromium');
}

/// Serves Netron's own files, and the models below /models/.
function serve(source, models) {
    const server = http.createServer((request, response) => {
        const name = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
        const base = name.startsWith('/models/') ? models : source;
        const file = path.join(base, name.replace(/^\/models/, '') || '/');
        const target = name === '/' ? path.join(source, 'index.html') : file;
        if (!target.startsWith(base) || !fs.existsSync(target) || !fs.statSync(target).isFile()) {
            response.writeHead(404).end();
            return;
        }
        const type = types[path.extname(target)] || 'application/octet-stream';
        response.writeHead(200, { 'Content-Type': type, 'Content-Length': fs.statSync(target).size });
        if (request.method === 'HEAD') {
            response.end();
        } else {
            fs.createReadStream(target).pipe(response);
        }
    });
    return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/// Sum over the browser and its children in MB, from the system's account.
function memoryMb(pid) {
    const parents = new Map();
    const sizes = new Map();
    for (const entry of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        try {
            const stat = fs.readFileSync(`/proc/${entry}/stat`, 'utf8');
            parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
            const pss = /^Pss:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${entry}/smaps_rollup`, 'utf8'));
            sizes.set(Number(entry), pss ? Number(pss[1]) / 1024 : 0);
        } catch {
            // It ended meanwhile.
        }
    }
    let total = 0;
    for (const [child, size] of sizes) {
        for (let up = child; up; up = parents.get(up)) {
            if (up === pid) {
                total += size;
                break;
            }
        }
    }
    return total;
}

/// In the page: presses what asks for consent or warns of a large model, and tells whether the graph is drawn.
function poll() {
    for (const id of ['message-button', 'consent-accept-button']) {
        const button = document.getElementById(id);
        if (button && button.offsetParent) {
            button.click();
        }
    }
    const shown = document.body.classList.contains('default');
    return shown ? document.querySelectorAll('#canvas .node, #target .node, svg g.node').length : 0;
}

async function zoomFrames(page) {
    await page.mouse.move(800, 500);
    const times = [];
    await page.keyboard.down('Control');
    for (let i = 0; i < 20; ++i) {
        const start = performance.now();
        await page.mouse.wheel({ deltaY: i % 10 < 5 ? -120 : 120 });
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        times.push((performance.now() - start) / 2);
    }
    await page.keyboard.up('Control');
    times.sort((a, b) => a - b);
    return times[Math.floor(times.length * 0.95)];
}

async function measure(puppeteer, origin, file, limit) {
    const browser = await puppeteer.launch({ executablePath: chromium(), headless: true, protocolTimeout: limit * 2000,
        args: ['--no-sandbox', '--js-flags=--max-old-space-size=8192'], defaultViewport: { width: 1600, height: 1000 } });
    const pid = browser.process().pid;
    let peak = 0;
    const sampler = setInterval(() => { peak = Math.max(peak, memoryMb(pid)); }, 250);
    try {
        const page = await browser.newPage();
        page.on('dialog', (dialog) => dialog.accept());
        await page.setRequestInterception(true);
        page.on('request', (request) =>
            request.url().startsWith(origin) || request.url().startsWith('data:') || request.url().startsWith('blob:')
                ? request.continue() : request.abort());
        const start = performance.now();
        await page.goto(`${origin}/?url=${encodeURIComponent(`${origin}/models/${file}`)}`);
        for (let nodes = 0; nodes === 0;) {
            if (performance.now() - start > limit * 1000) {
                return { failed: `no picture after ${limit} s`, peak };
            }
            nodes = await page.evaluate(poll);
            await new Promise((done) => setTimeout(done, 50));
        }
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        const ms = performance.now() - start;
        return { ms, zoom: await zoomFrames(page), peak: Math.max(peak, memoryMb(pid)) };
    } catch (error) {
        return { failed: error.message.split('\n')[0], peak };
    } finally {
        clearInterval(sampler);
        await browser.close();
    }
}

const folder = process.argv[2];
const limit = Number(process.argv[process.argv.indexOf('--limit') + 1]) || 240;
if (!folder || !fs.existsSync(path.join(folder, 'ours.json'))) {
    fail('usage: node compare.mjs FOLDER [--limit SECONDS]', 'FOLDER is what bench_layout --files wrote.');
}
const source = netronSource();
const entry = createRequire(path.join(install('puppeteer-core'), 'package.json')).resolve('puppeteer-core');
const puppeteer = (await import(pathToFileURL(entry))).default;
const server = await serve(source, path.resolve(folder));
const origin = `http://127.0.0.1:${server.address().port}`;
for (const line of fs.readFileSync(path.join(folder, 'ours.json'), 'utf8').trim().split('\n')) {
    const ours = JSON.parse(line);
    const netron = await measure(puppeteer, origin, ours.file, limit);
    const ratio = (a, b) => `x${(a / b).toFixed(4)}`;
    const times = netron.failed ? `Netron: ${netron.failed}`
        : `full picture ${ours.full_picture_ms.toFixed(0)} ms, Netron ${netron.ms.toFixed(0)} ms `
            + `(${ratio(ours.full_picture_ms, netron.ms)}) | zoom p95 ${ours.zoom_p95_ms.toFixed(1)} ms, `
            + `Netron ${netron.zoom.toFixed(1)} ms (${ratio(ours.zoom_p95_ms, netron.zoom)})`;
    console.log(`${ours.file.padEnd(26)} | ${times} | peak ${ours.peak_mb.toFixed(0)} MB, `
        + `Netron ${netron.peak.toFixed(0)} MB (${ratio(ours.peak_mb, netron.peak)})`);
}
server.close();
