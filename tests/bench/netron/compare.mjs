// SPDX-License-Identifier: GPL-3.0-or-later
// Opens generated networks in Netron and prints its figures beside ours. See README.md.
import fs from 'node:fs';
import path from 'node:path';
import { fail, startPeer } from './peer.mjs';

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

async function measure(peer, file, limit) {
    const browser = await peer.launch(limit);
    const pid = browser.process().pid;
    let peak = 0;
    const sampler = setInterval(() => { peak = Math.max(peak, memoryMb(pid)); }, 250);
    try {
        const { page, ms } = await peer.open(browser, file, limit);
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
const peer = await startPeer(folder);
console.log(`beside ${peer.name}`);
for (const line of fs.readFileSync(path.join(folder, 'ours.json'), 'utf8').trim().split('\n')) {
    const ours = JSON.parse(line);
    const netron = await measure(peer, ours.file, limit);
    const ratio = (a, b) => `x${(a / b).toFixed(4)}`;
    const times = netron.failed ? `Netron: ${netron.failed}`
        : `full picture ${ours.full_picture_ms.toFixed(0)} ms, Netron ${netron.ms.toFixed(0)} ms `
            + `(${ratio(ours.full_picture_ms, netron.ms)}) | zoom p95 ${ours.zoom_p95_ms.toFixed(1)} ms, `
            + `Netron ${netron.zoom.toFixed(1)} ms (${ratio(ours.zoom_p95_ms, netron.zoom)})`;
    console.log(`${ours.file.padEnd(26)} | ${times} | peak ${ours.peak_mb.toFixed(0)} MB, `
        + `Netron ${netron.peak.toFixed(0)} MB (${ratio(ours.peak_mb, netron.peak)})`);
}
peer.close();
