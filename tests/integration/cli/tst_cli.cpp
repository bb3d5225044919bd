// SPDX-License-Identifier: GPL-3.0-or-later
// The program itself, as scripts use it: fields, exit codes, files.
#include "clidata.h"
#include "clirunner.h"
#include "onnx/onnxwriter.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>
#include <QXmlStreamReader>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstring>
#include <set>

using namespace lapidary;
using namespace lapidary::test;

namespace {

const std::filesystem::path sample = std::filesystem::path(LAPIDARY_SOURCE_DIR) / "resources/sample";

QString text(const std::filesystem::path& path) {
    return QString::fromStdString(path.string());
}

const QString fashion = text(sample / "fashion.onnx");

std::vector<std::string> filesIn(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace

#define VERIFY_FIELDS(object, ...)                                                                                     \
    for (const char* key : {__VA_ARGS__})                                                                              \
    QVERIFY2((object).contains(key), key)

class CliTest : public TestCase {
    Q_OBJECT

private:
    TempDir m_dir;
    QString m_data;

    QString file(const std::string& name) const { return text(m_dir / name); }

    /// Runs with --json; the test fails unless it succeeds and prints one object.
    static Json good(const QStringList& arguments) {
        const auto result = runCli(arguments + QStringList{QStringLiteral("--json")});
        std::string problem = result.err;
        const auto json = result.json(&problem);
        if (result.exitCode != 0 || json.isNull())
            QTest::qFail(problem.c_str(), __FILE__, __LINE__);
        return json;
    }

    /// Exit code 1, nothing on stdout, a reason with `word` in one line and perhaps a hint on stderr.
    static void bad(const QStringList& arguments, const std::string& word, bool hint = false) {
        const auto result = runCli(arguments + QStringList{QStringLiteral("--json")});
        QCOMPARE(result.exitCode, 1);
        QCOMPARE(result.out, std::string());
        QVERIFY2(result.err.starts_with("error: "), result.err.c_str());
        const auto reason = result.err.substr(0, result.err.find('\n'));
        QVERIFY2(reason.find(word) != std::string::npos, result.err.c_str());
        QVERIFY2(!hint || result.err.find("\nhint: ") != std::string::npos, result.err.c_str());
    }

private Q_SLOTS:
    void tensorStatisticsAndExport() {
        const auto listed = good({QStringLiteral("tensor"), fashion});
        QVERIFY(listed["tensors"].array().size() > 4);
        const auto name = QString::fromStdString(listed["tensors"].array()[0]["name"].toString());
        const auto json = good({QStringLiteral("tensor"), fashion, name, QStringLiteral("-o"), file("w.npy"),
                                QStringLiteral("--channels"), QStringLiteral("0")});
        VERIFY_FIELDS(json, "name", "type", "shape", "count", "bytes", "statistics", "values", "output", "dtype");
        VERIFY_FIELDS(json["statistics"], "min", "max", "mean", "std", "zeros", "nan", "distinct", "histogram",
                      "channels");
        QCOMPARE(json["dtype"].toString(), std::string("<f4"));
        QCOMPARE(std::int64_t(json["statistics"]["channels"].array().size()), json["shape"].array()[0].toInteger());
        // The file by its bytes: magic, and the elements at the end, whose sum gives the mean.
        const auto bytes = readFile(m_dir / "w.npy");
        QCOMPARE(bytes.substr(0, 6), std::string("\x93NUMPY"));
        const auto count = std::size_t(json["count"].toInteger());
        std::vector<float> values(count);
        std::memcpy(values.data(), bytes.data() + bytes.size() - 4 * count, 4 * count);
        double sum = 0;
        for (const float value : values)
            sum += double(value);
        QVERIFY(std::abs(sum / double(count) - json["statistics"]["mean"].toDouble()) < 1e-9);
        const auto wrong = runCli({QStringLiteral("tensor"), fashion, name + QStringLiteral("x")});
        QCOMPARE(wrong.exitCode, 1);
        QVERIFY(wrong.err.find("Did you mean '" + name.toStdString() + "'") != std::string::npos);
        QCOMPARE(runCli({QStringLiteral("tensor"), fashion, QStringLiteral("-o"), file("x.npy")}).exitCode, 2);
    }

    void initTestCase() {
        qputenv("LAPIDARY_CACHE", QByteArray::fromStdString((m_dir / "cache").string()));
        qputenv("LAPIDARY_PLUGIN_PATH", LAPIDARY_TEST_PLUGIN_DIR);
        qputenv("LAPIDARY_CONFIG", QByteArray::fromStdString((m_dir / "config").string()));
        writeDataset(m_dir / "data", 200);
        m_data = file("data/data.json");
    }

    void inspect() {
        const auto json = good({"inspect", fashion});
        VERIFY_FIELDS(json, "nodes", "parameters", "bytes", "macs", "opset", "inputs", "outputs", "ops", "problems");
        std::int64_t sum = 0;
        for (const auto& [name, count] : json["ops"].object())
            sum += count.toInteger();
        QCOMPARE(sum, json["nodes"].toInteger());
        QVERIFY(json["macs"].toInteger() > 0);
        QCOMPARE(json["bytes"].toInteger(), 4 * json["parameters"].toInteger());
        QCOMPARE(json["file_bytes"].toInteger(), std::int64_t(std::filesystem::file_size(sample / "fashion.onnx")));
        QCOMPARE(json["inputs"].array().front()["name"].toString(), std::string("image"));
        QVERIFY(json["problems"].array().empty());
    }

    void find() {
        const auto found = good({"find", fashion, "op:Conv channels>=64 -is:depthwise"});
        VERIFY_FIELDS(found, "query", "count", "nodes", "tensors");
        QCOMPARE(found["count"].toInteger(), std::int64_t(found["nodes"].array().size()));
        QVERIFY(found["count"].toInteger() > 1);
        for (const auto& node : found["nodes"].array()) {
            QCOMPARE(node["op"].toString(), std::string("Conv"));
            QVERIFY(node["channels"].toInteger() >= 64);
            QVERIFY(node["output_shapes"].array().front().toString().starts_with(
                "1x" + std::to_string(node["channels"].toInteger()) + "x"));
        }
        QVERIFY(found["tensors"].array().empty());
        const auto tensors = good({"find", fashion, "tensor:*conv1.weight shape:*x3x3"});
        QVERIFY(!tensors["tensors"].array().empty());
        const auto all = good({"find", fashion, ""});
        QCOMPARE(all["count"].toInteger(), good({"inspect", fashion})["nodes"].toInteger());
        const auto listed = good({"inspect", fashion, "--nodes", "is:coupled"});
        QVERIFY(listed["found"]["count"].toInteger() > 0);
        QVERIFY(good({"find", "--fields"})["fields"].array().size() > 20);
        bad({"find", fashion, "chanels>3"}, "At character 1", true);
        bad({"find", fashion, "time_ms>1"}, "time_ms", true);
        bad({"find", fashion, "upstream:nobody"}, "nobody", true);
        bad({"inspect", fashion, "--nodes", "op:"}, "value is missing", true);
    }

    void textOutput() {
        for (const auto& arguments :
             {QStringList{"inspect", fashion}, QStringList{"passes"}, QStringList{"devices"}, QStringList{"--version"},
              QStringList{"--help"}, QStringList{"apply", "--help"}}) {
            const auto result = runCli(arguments);
            QCOMPARE(result.exitCode, 0);
            QVERIFY(!result.out.empty());
        }
    }

    void layout() {
#ifndef LAPIDARY_CLI_DRAWS
        QSKIP("Built without the window");
#endif
        const auto json = good({"layout", fashion, "--svg", file("graph.svg"), "--png", file("graph.png")});
        VERIFY_FIELDS(json, "layout_ms", "width", "height", "crossings");
        QVERIFY(json["width"].toDouble() > 0 && json["height"].toDouble() > 0);
        QVERIFY(readFile(m_dir / "graph.svg").find("<svg") != std::string::npos);
        QVERIFY(readFile(m_dir / "graph.png").starts_with("\x89PNG"));
    }

    void layoutOptions() {
#ifndef LAPIDARY_CLI_DRAWS
        QSKIP("Built without the window");
#endif
        const auto down = good({"layout", fashion, "--pdf", file("graph.pdf"), "--pages", "a4-tiles"});
        const auto right = good({"layout", fashion, "--direction", "lr", "--svg", file("macs.svg"), "--color-by",
                                 "macs", "--view", "dark", "--names", "--scale", "2"});
        QVERIFY(readFile(m_dir / "graph.pdf").starts_with("%PDF-"));
        QVERIFY(down["height"].toDouble() > down["width"].toDouble());
        QVERIFY(right["width"].toDouble() > right["height"].toDouble());
        const auto svg = readFile(m_dir / "macs.svg");
        QVERIFY(svg.find("id=\"legend\"") != std::string::npos && svg.find("MACs") != std::string::npos);
        writeFile(m_dir / "values.csv", "node,value,unit\n/stage1/block0/conv1,3.5,dB\nnobody,1,dB\n");
        const auto own = runCli({"layout", fashion, "--svg", file("own.svg"), "--color-by", file("values.csv")});
        QCOMPARE(own.exitCode, 0);
        QVERIFY(own.err.find("1 names are not in this model") != std::string::npos);
        QVERIFY(readFile(m_dir / "own.svg").find("3.5 dB") != std::string::npos);
        writeFile(m_dir / "bad.csv", "node,value\n/stage1/block0/conv1,slow\n");
        const auto bad = runCli({"layout", fashion, "--svg", file("bad.svg"), "--color-by", file("bad.csv")});
        QCOMPARE(bad.exitCode, 1);
        QVERIFY(bad.err.find("Line 2") != std::string::npos);
        QVERIFY(!std::filesystem::exists(m_dir / "bad.svg"));
        QCOMPARE(runCli({"layout", fashion, "--png", file("huge.png"), "--scale", "20"}).exitCode, 1);
        QVERIFY(!std::filesystem::exists(m_dir / "huge.png"));
        QCOMPARE(runCli({"layout", fashion, "--direction", "up"}).exitCode, 2);
    }

    void passesAndDevices() {
        const auto json = good({"passes"});
        std::set<std::string> ids;
        for (const auto& pass : json["passes"].array()) {
            ids.insert(pass["id"].toString());
            VERIFY_FIELDS(pass, "id", "version", "title", "schema");
        }
        for (const char* id : {"simplify.graph", "prune.channels", "quantize.int8", "quantize.float16"})
            QVERIFY2(ids.count(id) == 1, id);
        const auto devices = good({"devices"});
        const auto& host = devices["devices"].array().front();
        VERIFY_FIELDS(host, "id", "name", "kind", "state", "capabilities");
        QCOMPARE(host["id"].toString(), std::string("host"));
    }

    void applyPass() {
        const auto json =
            good({"apply", fashion, "--pass", "prune.channels", "-p", "ratio=0.25", "-o", file("pruned.onnx")});
        VERIFY_FIELDS(json, "steps", "seconds", "peak_rss_bytes");
        const auto& step = json["steps"].array().front();
        for (const char* side : {"before", "after"})
            VERIFY_FIELDS(step[side], "parameters", "bytes", "macs");
        QVERIFY(step["after"]["macs"].toInteger() < step["before"]["macs"].toInteger());
        QVERIFY(!step["layers"].array().empty());
        QVERIFY(json["peak_rss_bytes"].toInteger() > (1 << 20));
        const auto after = good({"inspect", file("pruned.onnx")});
        QCOMPARE(after["macs"].toInteger(), step["after"]["macs"].toInteger());
        QCOMPARE(after["parameters"].toInteger(), step["after"]["parameters"].toInteger());
        const auto some = good({"apply", fashion, "--pass", "prune.channels", "-p", "ratio=0.25", "--nodes",
                                "/stage1/block0/conv1", "-o", file("some.onnx")});
        QVERIFY(some["steps"].array().front()["after"]["macs"].toInteger() > step["after"]["macs"].toInteger());
    }

    void applyToAQuery() {
        const auto apply = [this](const char* nodes, const char* out) {
            good({"apply", fashion, "--pass", "prune.channels", "-p", "ratio=0.25", "--nodes", nodes, "-o", file(out)});
            return readFile(m_dir / out);
        };
        // The same nodes by name, by glob and by query: the same bytes.
        const auto byName = apply("/stage1/block0/conv1", "named.onnx");
        QVERIFY(!byName.empty());
        QVERIFY(apply("/stage1/block0/conv1*", "globbed.onnx") == byName);
        QVERIFY(apply("op:Conv name:/stage1\\/block0\\/conv1$/ channels<100", "queried.onnx") == byName);
        QVERIFY(apply("op:Conv", "all.onnx") != byName);
        const auto out = file("mistake.onnx");
        bad({"apply", fashion, "--pass", "prune.channels", "--nodes", "channels>100K", "-o", out}, "channels>100K", true);
        bad({"apply", fashion, "--pass", "prune.channels", "--nodes", "channels>many", "-o", out}, "many", true);
    }

    void applyTwiceGivesTheSameBytes() {
        for (const char* name : {"a.onnx", "b.onnx"})
            good({"apply", fashion, "--recipe", text(sample / "recipes/12-prune-09-int8.json"), "--data", m_data, "-o",
                  file(name)});
        const auto bytes = readFile(m_dir / "a.onnx");
        QVERIFY(bytes.size() > 1000);
        QVERIFY(bytes == readFile(m_dir / "b.onnx"));
    }

    void applyMistakes() {
        const auto out = file("mistake.onnx");
        bad({"apply", fashion, "--pass", "prune.channels", "-p", "ratio=oops", "-o", out}, "ratio");
        bad({"apply", fashion, "--pass", "prune.channels", "-p", "rtio=0.5", "-o", out}, "rtio");
        bad({"apply", fashion, "--pass", "prune.channels", "-p", "ratio=7", "-o", out}, "ratio");
        bad({"apply", fashion, "--pass", "prune.chanels", "-o", out}, "prune.chanels", true);
        bad({"apply", fashion, "--pass", "prune.channels", "--nodes", "nothing*", "-o", out}, "nothing*");
        bad({"apply", fashion, "--pass", "quantize.int8", "-o", out}, "quantize.int8", true);
        bad({"apply", fashion, "--recipe", file("none.json"), "-o", out}, "none.json");
        writeFile(m_dir / "broken.json", "{\"lapidary_recipe\": 1, \"steps\": [{]}");
        bad({"apply", fashion, "--recipe", file("broken.json"), "-o", out}, "broken.json");
        writeFile(m_dir / "newer.json", "{\"lapidary_recipe\": 9, \"steps\": []}");
        bad({"apply", fashion, "--recipe", file("newer.json"), "-o", out}, "newer.json");
        QVERIFY(!std::filesystem::exists(m_dir / "mistake.onnx"));
        bad({"apply", fashion, "--pass", "simplify.graph", "-o", file("data/data.json/x.onnx")}, "x.onnx");
    }

    void evaluate() {
        const auto json = good({"evaluate", fashion, "--data", m_data, "--reference", fashion});
        VERIFY_FIELDS(json, "samples", "top1", "top5", "agreement", "seconds");
        QCOMPARE(json["samples"].toInteger(), 200);
        QCOMPARE(json["agreement"].toDouble(), 100.0);
        QVERIFY(json["top5"].toDouble() >= json["top1"].toDouble());
        good({"apply", fashion, "--pass", "quantize.int8", "--data", m_data, "-o", file("int8.onnx")});
        const auto int8 =
            good({"evaluate", file("int8.onnx"), "--data", m_data, "--reference", fashion, "--limit", "60"});
        VERIFY_FIELDS(int8, "sqnr_db");
        QCOMPARE(int8["samples"].toInteger(), 60);
        QVERIFY(int8["sqnr_db"].toDouble() > 5);
    }

    void evaluateSince() {
        qputenv("LAPIDARY_CACHE", file("cache").toUtf8());
        good({"apply", fashion, "--pass", "prune.weights", "-p", "criterion=magnitude", "--nodes", "/stage3/block1/conv3", "-o", file("late.onnx")});
        const QStringList command{"evaluate", file("late.onnx"), "--data", m_data, "--reference", fashion};
        const auto whole = good(command);
        QVERIFY(!whole.contains("prefix"));
        for (const std::int64_t spared : {0, 200}) { // the second finds what the first process left on the disk
            const auto json = good(command + QStringList{"--since", fashion});
            VERIFY_FIELDS(json, "prefix", "drop", "drop_low", "drop_high", "population", "complete", "early");
            for (const char* key : {"samples", "top1", "top5", "agreement", "drop"})
                QCOMPARE(json[key].toDouble(), whole[key].toDouble());
            const Json& prefix = json["prefix"];
            VERIFY_FIELDS(prefix, "values", "first_changed", "bytes_per_sample", "saved_share", "spared_samples");
            QCOMPARE(prefix["spared_samples"].toInteger(), spared);
            QCOMPARE(prefix["first_changed"].array()[0].toString(), std::string("/stage3/block1/conv3"));
            QVERIFY(prefix["saved_share"].toDouble() > 0.8);
        }
        const auto same = good({"evaluate", fashion, "--data", m_data, "--since", fashion});
        VERIFY_FIELDS(same["prefix"], "reason");
        qunsetenv("LAPIDARY_CACHE");
    }

    void evaluateUntilClear() {
        const QStringList command{"evaluate", file("late.onnx"), "--data", m_data, "--reference", fashion};
        const auto early = good(command + QStringList{"--stop-when", "agreement=1"});
        QVERIFY(early["early"].toBool() && !early["complete"].toBool());
        QCOMPARE(early["population"].toInteger(), 200);
        QVERIFY(early["samples"].toInteger() < 200);
        QCOMPARE(early["stop"]["verdict"].toString(), std::string("above"));
        const auto whole = good(command + QStringList{"--stop-when", "drop=0"});
        VERIFY_FIELDS(whole["stop"], "metric", "limit", "verdict", "low", "high", "confidence");
        bad({"evaluate", fashion, "--data", m_data, "--stop-when", "drop=1"}, "reference");
        bad({"evaluate", fashion, "--data", m_data, "--stop-when", "speed=1"}, "speed");
        bad({"evaluate", fashion, "--data", m_data, "--since", file("none.onnx")}, "none.onnx");
    }

    void evaluateOnDevice() {
#ifdef LAPIDARY_AGENT
        const auto device = QStringLiteral("exec:" LAPIDARY_AGENT " --stdio --cache '%1'").arg(file("agentcache"));
        const QStringList words{"evaluate", fashion, "--data", m_data, "--limit", "40"};
        const auto here = good(words);
        QCOMPARE(here["device"].toString(), std::string("host"));
        const auto there = good(words + QStringList{"--device", device});
        QCOMPARE(there["device"].toString(), device.toStdString());
        QCOMPARE(there["samples"].toDouble(), 40.0);
        QCOMPARE(there["top1"].toDouble(), here["top1"].toDouble());
        const auto departure = good(words + QStringList{"--device", device, "--departure"});
        QCOMPARE(departure["departs"].toBool(true), false);
        QVERIFY(departure["output_sqnr_db"].isNull() || departure["output_sqnr_db"].toDouble() > 40);
#endif
    }

    void evaluateMistakes() {
        bad({"evaluate", fashion, "--data", file("none.json")}, "none.json");
        bad({"evaluate", fashion, "--data", m_data, "--reference", file("none.onnx")}, "none.onnx");
        bad({"evaluate", fashion, "--data", m_data, "--device", "toaster"}, "toaster");
        writeDataset(m_dir / "large", 20, 40);
        bad({"evaluate", fashion, "--data", file("large/data.json")}, "28");
    }

    void profile() {
        const auto json = good({"profile", fashion, "--per-node", "--threads", "1", "--seconds", "0.3"});
        VERIFY_FIELDS(json, "median_ms", "p90_ms", "ci95_ms", "runs", "load_ms", "peak_memory_bytes", "nodes");
        QCOMPARE(json["ci95_ms"].array().size(), std::size_t(2));
        QVERIFY(json["ci95_ms"].array()[0].toDouble() <= json["median_ms"].toDouble());
        QVERIFY(!json["nodes"].array().empty());
        bad({"profile", fashion, "--device", "toaster"}, "toaster", true);
    }

    void compare() {
        const auto json = good({"compare", fashion, fashion, "--samples", "4"});
        VERIFY_FIELDS(json, "added", "removed", "changed", "same", "outputs");
        QCOMPARE(json["changed"].toInteger(), 0);
        QCOMPARE(json["outputs"].array().front()["max_abs"].toDouble(), 0.0);
        good({"apply", fashion, "--pass", "quantize.float16", "-o", file("half.onnx")});
        const auto half = good({"compare", fashion, file("half.onnx"), "--data", m_data, "--samples", "20"});
        QCOMPARE(half["samples"].toInteger(), 20);
        QVERIFY(half["outputs"].array().front()["sqnr_db"].toDouble() > 30);
        const auto& paired = half["paired"];
        VERIFY_FIELDS(paired, "samples", "top1_a", "top1_b", "difference_points", "difference_low", "difference_high",
                      "p_value", "agreement", "summary", "moves", "disagreements", "scores_a", "classes");
        QCOMPARE(paired["both_right"].toInteger() + paired["only_a_right"].toInteger() +
                     paired["only_b_right"].toInteger() + paired["both_wrong"].toInteger(),
                 paired["samples"].toInteger());
        QVERIFY(!half["layers"].array().empty());
        QCOMPARE(runCli({"compare", fashion, fashion, "--images", file("nowhere")}).exitCode, 2); // needs --data
        const auto structure = good({"compare", fashion, file("half.onnx"), "--structure-only"});
        QVERIFY(structure["outputs"].array().empty());
    }

    void comparePicture() {
        good({"apply", fashion, "--pass", "prune.channels", "-p", "ratio=0.5", "-o", file("narrow.onnx")});
        const auto json = good({"compare", fashion, file("narrow.onnx"), "--structure-only", "--svg", file("diff.svg"),
                                "--png", file("diff.png"), "--only-changes"});
        VERIFY_FIELDS(json, "matches", "nodes", "a", "b", "file_bytes_a");
        VERIFY_FIELDS(json["matches"], "count", "reasons", "attached", "unmatched_a", "unmatched_b");
        QCOMPARE(json["matches"]["count"].toInteger(), json["changed"].toInteger() + json["same"].toInteger());
        bool narrowed = false;
        for (const auto& node : json["nodes"].array()) {
            VERIFY_FIELDS(node, "kind", "node", "op", "changes", "flags", "macs_a", "macs_b");
            for (const auto& flag : node["flags"].array())
                narrowed = narrowed || flag.toString() == "narrowed";
        }
        QVERIFY(narrowed);
        const auto svg = QByteArray::fromStdString(readFile(m_dir / "diff.svg"));
        QXmlStreamReader xml(svg);
        while (!xml.atEnd())
            xml.readNext();
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QCOMPARE(svg.count("<g class=\"changed\">"), json["changed"].toInteger());
        QVERIFY(svg.contains("class=\"legend\""));
        QVERIFY(readFile(m_dir / "diff.png").starts_with("\x89PNG"));
    }

    void compareAnswers() {
        good({"apply", fashion, "--pass", "prune.channels", "-p", "ratio=0.5", "-o", file("half-wide.onnx")});
        const auto json = good({"compare", fashion, file("half-wide.onnx"), "--data", m_data, "--limit", "40",
                                "--samples", "2", "--images", file("pictures")});
        const auto& paired = json["paired"];
        QCOMPARE(paired["samples"].toInteger(), 40);
        const auto& samples = paired["disagreements"].array();
        QVERIFY(!samples.empty());
        QCOMPARE(filesIn(m_dir / "pictures").size(), samples.size());
        const auto result = runCli({"compare", fashion, file("half-wide.onnx"), "--data", m_data, "--limit", "40"});
        QCOMPARE(result.exitCode, 0);
        QVERIFY2(result.out.find("B top-1") != std::string::npos, result.out.c_str());
    }

    void project() {
        const auto folder = file("project");
        auto json =
            good({"project", "new", folder, fashion, "--data", m_data, "--calibration", m_data, "--name", "base"});
        QCOMPARE(json["variants"].array().size(), std::size_t(1));
        bad({"project", "new", folder}, "project", true);
        json = good({"project", "run", folder, "--recipe", text(sample / "recipes/05-prune-12.json"), "--recipe",
                     text(sample / "recipes/08-int8-minmax.json"), "--evaluate"});
        QCOMPARE(json["variants"].array().size(), std::size_t(3));
        for (std::size_t i = 1; i < 3; ++i) {
            const auto& variant = json["variants"].array()[i];
            VERIFY_FIELDS(variant, "id", "parent", "name", "bytes", "file_bytes", "macs", "top1", "agreement");
            QCOMPARE(variant["parent"].toInteger(), 1);
        }
        json = good({"project", "add", folder, file("half.onnx"), "--name", "second"});
        QCOMPARE(json["variants"].array().back()["name"].toString(), std::string("second"));
        QCOMPARE(good({"project", "list", folder})["variants"].array().size(), std::size_t(4));
        const auto again = good({"project", "reproduce", folder, "--all"});
        QVERIFY(again["reproduced"].toBool());
        QCOMPARE(again["variants"].array().size(), std::size_t(4));
        VERIFY_FIELDS(again["variants"].array()[1], "id", "name", "reproduced", "hash", "expected_hash", "differences");
        QCOMPARE(good({"project", "reproduce", folder, "2", "3"})["variants"].array().size(), std::size_t(2));
        good({"project", "export", folder, "2", "-o", file("exported.onnx")});
        const auto exported = good({"inspect", file("exported.onnx")});
        QCOMPARE(exported["macs"].toInteger(), json["variants"].array()[1]["macs"].toInteger());
        bad({"project", "export", folder, "99", "-o", file("no.onnx")}, "99");
        bad({"project", "list", file("nowhere")}, "project", true);
        good({"report", folder, "-o", file("report.html")});
        QVERIFY(readFile(m_dir / "report.html").find("</html>") != std::string::npos);
        bad({"report", file("nowhere"), "-o", file("no.html")}, "project", true);
        QVERIFY(!std::filesystem::exists(m_dir / "no.html"));
    }

    /// A row of ratios, the branch of one of them put onto another, damage found and mended.
    void projectRowsAndRepair() {
        const auto folder = file("rows");
        good({"project", "new", folder, fashion, "--data", m_data, "--calibration", m_data});
        const QStringList sweep = {"project", "sweep", folder, "--from", "1", "--pass", "prune.channels", "--vary",
                                   "ratio=0.2:0.6:0.2", "--evaluate", "--limit", "50"};
        auto json = good(sweep);
        QCOMPARE(json["made"].toInteger(), 3);
        VERIFY_FIELDS(json["points"].array()[0], "name", "params", "variant", "reused");
        QCOMPARE(json["points"].array()[1]["name"].toString(), std::string("prune 40 %"));
        QCOMPARE(good(sweep)["reused"].toInteger(), 3);
        bad({"project", "sweep", folder, "--from", "1", "--pass", "prune.channels", "--vary", "ratio=x:y"}, "ratio", true);
        good({"project", "run", folder, "--variant", "2", "--recipe", text(sample / "recipes/08-int8-minmax.json")});
        json = good({"project", "rebase", folder, "--branch", "2", "--onto", "3"});
        QCOMPARE(json["made"].toInteger(), 1);
        VERIFY_FIELDS(json["variants"].array()[0], "old", "name", "variant", "reused");
        bad({"project", "rebase", folder, "--branch", "4", "--onto", "3"}, "nothing", true);
        json = good({"project", "check", folder});
        QVERIFY(json["sound"].toBool() && json["stale"].array().empty());
        VERIFY_FIELDS(json, "database", "variants", "unneeded_files", "unneeded_bytes");
        for (const auto& entry : std::filesystem::recursive_directory_iterator(m_dir / "rows" / "blobs"))
            if (entry.is_regular_file())
                writeFile(entry.path(), "damaged");
        QCOMPARE(runCli({"project", "check", folder, "--json"}).exitCode, 1);
        json = good({"project", "repair", folder});
        QVERIFY(json["sound"].toBool());
        QCOMPARE(json["variants"].array().size(), std::size_t(6));
        QVERIFY(good({"project", "check", folder})["sound"].toBool());
        QVERIFY(good({"project", "reproduce", folder, "--all"})["reproduced"].toBool());
        VERIFY_FIELDS(good({"project", "compact", folder}), "files_removed");
    }

    void devicesByAddress() {
#ifndef LAPIDARY_AGENT
        QSKIP("built without the agent");
#else
        const QString agent = QStringLiteral("exec:" LAPIDARY_AGENT " --stdio --cache ") + file("agentcache");
        const auto states = [&](const Json& json) {
            std::map<std::string, std::string> found;
            for (const auto& device : json["devices"].array())
                if (const auto kind = device["kind"].toString(); kind == "host" || kind == "agent")
                    found[device["id"].toString()] = device["state"].toString();
            return found;
        };
        QCOMPARE(states(good({"devices"})).size(), std::size_t(1)); // this computer
        bad({"devices", "--add", "exec:/bin/false"}, "connection ended");
        bad({"devices", "--add", "host"}, "host");
        QCOMPARE(states(good({"devices"})).size(), std::size_t(1)); // neither was remembered
        QCOMPARE(states(good({"devices", "--add", agent}))[agent.toStdString()], std::string("ready"));
        // One that does not answer is remembered on demand, and says so.
        const auto forced = states(good({"devices", "--add", "exec:/bin/false", "--force"}));
        QCOMPARE(forced.at("exec:/bin/false"), std::string("offline"));
        const auto profile = good({"profile", fashion, "--device", agent, "--threads", "1", "--per-node"});
        QCOMPARE(profile["device"].toString(), agent.toStdString());
        QVERIFY(profile["median_ms"].toDouble() > 0 && profile["nodes"].array().size() > 5);
        good({"devices", "--remove", "exec:/bin/false"});
        const auto left = states(good({"devices", "--remove", agent}));
        QCOMPARE(left.size(), std::size_t(1));
        bad({"devices", "--remove", agent}, "No device");
        writeFile(m_dir / "config" / "devices.json", "{");
        bad({"devices"}, "list of devices", true);
        std::filesystem::remove(m_dir / "config" / "devices.json");
#endif
    }

    void wrongUsage() {
        for (const auto& arguments :
             {QStringList{}, QStringList{"frobnicate"}, QStringList{"inspect"},
              QStringList{"inspect", fashion, "--nonsense"}, QStringList{"apply", fashion, "-o", file("x.onnx")},
              QStringList{"apply", fashion, "--pass", "simplify.graph"},
              QStringList{"apply", fashion, "--pass", "simplify.graph", "--recipe", "r.json", "-o", file("x.onnx")},
              QStringList{"evaluate", fashion}, QStringList{"profile", fashion, "--threads", "many"},
              QStringList{"profile", fashion, "--batch", "0"}, QStringList{"compare", fashion}, QStringList{"project"},
              QStringList{"project", "new"}, QStringList{"report", file("p")}}) {
            const auto result = runCli(arguments);
            QVERIFY2(result.exitCode == 2, qPrintable(arguments.join(QLatin1Char(' '))));
            QVERIFY(!result.err.empty());
            QCOMPARE(result.out, std::string());
        }
    }

    void malformedModels() {
        const auto bytes = readFile(sample / "fashion.onnx");
        writeFile(m_dir / "empty.onnx", "");
        writeFile(m_dir / "text.onnx", "this is no model\n");
        writeFile(m_dir / "half file.onnx", bytes.substr(0, bytes.size() / 2));
        for (const char* name : {"empty.onnx", "text.onnx", "half file.onnx", "none.onnx"}) {
            bad({"inspect", file(name)}, name, true);
            bad({"profile", file(name)}, name);
            bad({"apply", file(name), "--pass", "simplify.graph", "-o", file("never.onnx")}, name);
        }
        bad({"inspect", text(m_dir.path())}, m_dir.path().filename().string());
        QVERIFY(!std::filesystem::exists(m_dir / "never.onnx"));
    }

    void interrupted() {
        // Long enough to be caught in the middle: thousands of samples, one at a time.
        writeDataset(m_dir / "many", 60000);
        const auto before = filesIn(m_dir.path());
        for (const int signal : {SIGINT, SIGTERM}) {
            const auto result = interruptCli(
                {"evaluate", fashion, "--data", file("many/data.json"), "--batch", "1", "--threads", "1", "--json"},
                700, signal);
            QVERIFY2(result.exitCode == 130 || result.exitCode == 1, result.err.c_str());
            QVERIFY2(result.seconds < 5, qPrintable(QString::number(result.seconds)));
            QCOMPARE(result.out, std::string());
            QVERIFY2(result.err.find("error: ") != std::string::npos, result.err.c_str());
        }
        QVERIFY(filesIn(m_dir.path()) == before);
    }

    /// A file is there whole or not at all, and an older one is kept.
    void interruptedApply() {
        ModelBuilder b;
        b.input("x", {1, 1500});
        std::string last = "x";
        for (int i = 0; i < 12; ++i) {
            const auto n = std::to_string(i);
            b.init("w" + n, {1500, 1500}, i)
                .node("MatMul", {last, "w" + n}, {"m" + n})
                .node("Relu", {"m" + n}, {"r" + n});
            last = "r" + n;
        }
        const auto written = writeOnnx(*b.output(last).build(), m_dir / "big.onnx");
        LAPIDARY_VERIFY_OK(written);
        writeFile(m_dir / "target.onnx", "old");
        const auto before = filesIn(m_dir.path());
        for (const int delay : {30, 90, 150, 220}) {
            const auto result = interruptCli(
                {"apply", file("big.onnx"), "--pass", "quantize.float16", "-o", file("target.onnx")}, delay, SIGINT);
            const auto now = readFile(m_dir / "target.onnx");
            QVERIFY2(filesIn(m_dir.path()) == before, "no temporary file is left");
            QVERIFY(result.exitCode == 0 ? now.size() > 10000000 : now == "old" || now.size() > 10000000);
        }
    }
};

QTEST_GUILESS_MAIN(CliTest)
#include "tst_cli.moc"
