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

function npm(...words) {
    return execFileSync('npm', words, { cwd: work, stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' });
}

function install(name) {
    const folder = path.join(work, 'node_modules', name);
    if (!fs.existsSync(folder)) {
        fs.mkdirSync(work, { recursive: true });
        npm('install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', work, name);
    }
    return folder;
}

/// Only the package's own files: what it was built from is not needed, and may not be in any registry.
function unpack(name) {
    const folder = path.join(work, 'unpacked', name);
    if (!fs.existsSync(path.join(folder, 'package'))) {
        fs.mkdirSync(folder, { recursive: true });
        const archive = npm('pack', '--silent', '--pack-destination', folder, name).trim();
        execFileSync('tar', ['xzf', path.join(folder, archive), '-C', folder]);
    }
    return path.join(folder, 'package');
}

function packageName(folder) {
    const file = path.join(folder, 'package.json');
    const { name, version } = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : { name: folder };
    return version ? `${name} ${version}` : name;
}

/// Netron, or its edition for embedding, which takes its files by messages: where it lies, and how a file is opened.
function findNetron() {
    const places = [() => install('netron'), () => unpack('@visualdl/netron')];
    for (const place of process.env.NETRON_FOLDER ? [() => process.env.NETRON_FOLDER] : places) {
        let folder;
        try {
            folder = place();
        } catch {
            continue;
        }
        const source = [path.join(folder, 'source'), path.join(folder, 'dist', 'web'), path.join(folder, 'dist'), folder]
            .find((found) => fs.existsSync(path.join(found, 'index.html')));
        if (source) {
            const embedded = fs.readFileSync(path.join(source, 'index.html'), 'utf8').includes('id="canvas"')
                && !fs.existsSync(path.join(source, 'view.js'));
            return { source, name: packageName(folder), open: embedded ? openEmbedded : openByAddress };
        }
    }
    return fail('no Netron', 'npm has neither netron nor @visualdl/netron here; NETRON_FOLDER may name an unpacked one.');
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
    const shown = document.body.classList.contains('default') || window.drawn;
    return shown ? document.querySelectorAll('#canvas .node, #target .node, svg g.node').length : 0;
}

async function openByAddress(page, origin, file) {
    const start = performance.now();
    await page.goto(`${origin}/?url=${encodeURIComponent(`${origin}/models/${file}`)}`);
    return start;
}

async function openEmbedded(page, origin, file) {
    await page.goto(`${origin}/`);
    const start = performance.now();
    await page.evaluate(async (address, name) => {
        window.addEventListener('message', (event) => {
            const { type, data } = event.data || {};
            window.drawn = window.drawn || (type === 'status' && data === 'rendered');
            window.trouble = type === 'error' ? String(data) : window.trouble;
        });
        const bytes = await (await fetch(address)).arrayBuffer();
        window.postMessage({ type: 'change-files', data: [new File([bytes], name)] }, '*');
    }, `${origin}/models/${file}`, file);
    return start;
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

async function measure(puppeteer, open, origin, file, limit) {
    const browser = await puppeteer.launch({ executablePath: chromium(), headless: true, protocolTimeout: limit * 2000,
        args: ['--no-sandbox', '--js-flags=--max-old-space-size=8192 --stack-size=7000'], defaultViewport: { width: 1600, height: 1000 } });
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
        const start = await open(page, origin, file);
        for (let nodes = 0; nodes === 0;) {
            if (performance.now() - start > limit * 1000) {
                return { failed: `no picture after ${limit} s`, peak };
            }
            nodes = await page.evaluate(poll);
            const trouble = await page.evaluate(() => window.trouble);
            if (trouble) {
                return { failed: trouble, peak };
            }
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
const peer = findNetron();
const entry = createRequire(path.join(install('puppeteer-core'), 'package.json')).resolve('puppeteer-core');
const puppeteer = (await import(pathToFileURL(entry))).default;
const server = await serve(peer.source, path.resolve(folder));
const origin = `http://127.0.0.1:${server.address().port}`;
console.log(`beside ${peer.name}`);
for (const line of fs.readFileSync(path.join(folder, 'ours.json'), 'utf8').trim().split('\n')) {
    const ours = JSON.parse(line);
    const netron = await measure(puppeteer, peer.open, origin, ours.file, limit);
    const ratio = (a, b) => `x${(a / b).toFixed(4)}`;
    const times = netron.failed ? `Netron: ${netron.failed}`
        : `full picture ${ours.full_picture_ms.toFixed(0)} ms, Netron ${netron.ms.toFixed(0)} ms `
            + `(${ratio(ours.full_picture_ms, netron.ms)}) | zoom p95 ${ours.zoom_p95_ms.toFixed(1)} ms, `
            + `Netron ${netron.zoom.toFixed(1)} ms (${ratio(ours.zoom_p95_ms, netron.zoom)})`;
    console.log(`${ours.file.padEnd(26)} | ${times} | peak ${ours.peak_mb.toFixed(0)} MB, `
        + `Netron ${netron.peak.toFixed(0)} MB (${ratio(ours.peak_mb, netron.peak)})`);
}
server.close();
