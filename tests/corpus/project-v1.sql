-- SPDX-License-Identifier: GPL-3.0-or-later
-- A project database of format 1, as Lapidary 0.1.0 left it; one statement a line. The blobs are the texts
-- 'model of NAME'.
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE variants (id INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER REFERENCES variants(id) ON DELETE CASCADE, name TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', recipe TEXT NOT NULL, report TEXT NOT NULL, model_hash TEXT NOT NULL, blob TEXT NOT NULL, source_path TEXT NOT NULL, parameters INTEGER NOT NULL, parameter_bytes INTEGER NOT NULL, macs INTEGER NOT NULL, file_bytes INTEGER NOT NULL, data_hash TEXT NOT NULL, versions TEXT NOT NULL, created_ms INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX variants_parent ON variants(parent);
CREATE TABLE datasets (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, path TEXT NOT NULL, hash TEXT NOT NULL, role TEXT NOT NULL, samples INTEGER NOT NULL);
CREATE TABLE runs (id INTEGER PRIMARY KEY AUTOINCREMENT, variant INTEGER NOT NULL REFERENCES variants(id) ON DELETE CASCADE, kind TEXT NOT NULL, key TEXT NOT NULL, subject TEXT NOT NULL, settings TEXT NOT NULL, result TEXT NOT NULL, environment TEXT NOT NULL, created_ms INTEGER NOT NULL);
CREATE INDEX runs_variant ON runs(variant);
CREATE INDEX runs_key ON runs(key);
INSERT INTO variants VALUES(1,NULL,'source','It''s the first','null','[]','hash of source','1246b849bf6e74a94c48a38d9837774665b0b1883d8f8d3adae0889f978d3311','/models/source.onnx',999,3999,89999,4099,'','lapidary 0.1.0, onnxruntime 1.30.0',1700000000001,0);
INSERT INTO variants VALUES(2,1,'pruned','','{"lapidary_recipe":1,"seed":7,"steps":[{"pass":"prune.channels","params":{"ratio":0.25}}]}','[]','hash of pruned','db020c9a6d7b283fda38fd57b6b639738ff7c304f36e9313a901ad8793e30177','',998,3998,89998,4098,'','lapidary 0.1.0, onnxruntime 1.30.0',1700000000002,0);
INSERT INTO variants VALUES(3,2,'hidden','','{"lapidary_recipe":1,"seed":7,"steps":[{"pass":"prune.channels","params":{"ratio":0.25}}]}','[]','hash of hidden','7d8b70d59fe9668070f53874c08412384a0cf6e218812da940e57ab093b4495b','',997,3997,89997,4097,'','lapidary 0.1.0, onnxruntime 1.30.0',1700000000003,1);
INSERT INTO variants VALUES(4,1,'grün','two words','{"lapidary_recipe":1,"seed":7,"steps":[{"pass":"prune.channels","params":{"ratio":0.25}}]}','[]','hash of grün','c8c8f7decb2c1814fefad4f99269b0b9657a5f9e2ca527853b7ed18428298844','',996,3996,89996,4096,'','lapidary 0.1.0, onnxruntime 1.30.0',1700000000004,0);
INSERT INTO datasets VALUES(1,'clothes','../data.json','d1','evaluation',200);
INSERT INTO runs VALUES(1,1,'profile','k1','host','{}','{"device":"host","median_ms":1.5,"nodes":[{"node":"conv","ms":1.5}],"runs_ms":[1.5,1.5]}','{"cpu":"x"}',1700000001001);
INSERT INTO runs VALUES(2,1,'profile','k2','host','{}','{"device":"host","median_ms":1.25,"nodes":[{"node":"conv","ms":1.25}],"runs_ms":[1.25,1.25]}','{"cpu":"x"}',1700000001002);
INSERT INTO runs VALUES(3,1,'profile','k3','stick','{}','{"device":"host","median_ms":9,"nodes":[{"node":"conv","ms":9}],"runs_ms":[9,9]}','{"cpu":"x"}',1700000001003);
INSERT INTO runs VALUES(4,1,'evaluation','k4','d1','{}','{"samples":200,"top1":91.5}','{"cpu":"x"}',1700000001004);
INSERT INTO runs VALUES(5,2,'profile','k5','host','{}','{"median_ms":','{"cpu":"x"}',1700000001005);
INSERT INTO runs VALUES(6,3,'profile','k6','host','{}','{"device":"host","median_ms":3,"nodes":[{"node":"conv","ms":3}],"runs_ms":[3,3]}','{"cpu":"x"}',1700000001006);
INSERT INTO settings VALUES('view','{"zoom":1.25}');
PRAGMA user_version=1;
