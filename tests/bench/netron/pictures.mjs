// SPDX-License-Identifier: GPL-3.0-or-later
// Takes pictures of models in Netron, to look at beside those of `graphpictures`. See README.md.
import fs from 'node:fs';
import path from 'node:path';
import { fail, startPeer } from './peer.mjs';

const [into, ...files] = process.argv.slice(2);
if (!into || files.length === 0) {
    fail('usage: node pictures.mjs FOLDER MODEL…', 'For each model a NAME-netron.png is written to the folder.');
}
fs.mkdirSync(into, { recursive: true });
for (const file of files) {
    const peer = await startPeer(path.dirname(path.resolve(file)));
    const browser = await peer.launch(240);
    const name = path.basename(file, '.onnx');
    try {
        const { page, ms } = await peer.open(browser, path.basename(file), 240);
        await page.screenshot({ path: path.join(into, `${name}-netron.png`) });
        console.log(`${name}: ${ms.toFixed(0)} ms`);
    } catch (error) {
        console.log(`${name}: ${error.message.split('\n')[0]}`);
    }
    await browser.close();
    peer.close();
}
