// SPDX-License-Identifier: GPL-3.0-or-later
// Netron in a headless Chromium: where it comes from, and how a file is opened in it.
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

export function fail(message, hint) {
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

/// Waits for the full picture of a file; answers how long it took in ms, or fails with what Netron or the clock says.
async function waitForPicture(page, start, limit) {
    for (let nodes = 0; nodes === 0;) {
        if (performance.now() - start > limit * 1000) {
            throw new Error(`no picture after ${limit} s`);
        }
        nodes = await page.evaluate(poll);
        const trouble = await page.evaluate(() => window.trouble);
        if (trouble) {
            throw new Error(trouble);
        }
        await new Promise((done) => setTimeout(done, 50));
    }
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    return performance.now() - start;
}

/// Netron over the models of a folder: `name`, `launch(limit)` for a browser, `open(browser, file, limit)` for a page
/// with the file's picture and the time it took, `close()`.
export async function startPeer(models) {
    const peer = findNetron();
    const entry = createRequire(path.join(install('puppeteer-core'), 'package.json')).resolve('puppeteer-core');
    const puppeteer = (await import(pathToFileURL(entry))).default;
    const server = await serve(peer.source, path.resolve(models));
    const origin = `http://127.0.0.1:${server.address().port}`;
    return {
        name: peer.name,
        launch: (limit) => puppeteer.launch({ executablePath: chromium(), headless: true, protocolTimeout: limit * 1000,
            args: ['--no-sandbox', '--js-flags=--max-old-space-size=8192 --stack-size=7000'],
            defaultViewport: { width: 1600, height: 1000 } }),
        open: async (browser, file, limit) => {
            const page = await browser.newPage();
            page.on('dialog', (dialog) => dialog.accept());
            await page.setRequestInterception(true);
            page.on('request', (request) =>
                request.url().startsWith(origin) || request.url().startsWith('data:') || request.url().startsWith('blob:')
                    ? request.continue() : request.abort());
            try {
                const start = await peer.open(page, origin, file);
                return { page, ms: await waitForPicture(page, start, limit) };
            } catch (error) {
                // A page that computes does not answer either.
                throw error.message.includes('timed out') ? new Error(`no picture after ${limit} s`) : error;
            }
        },
        close: () => server.close(),
    };
}
