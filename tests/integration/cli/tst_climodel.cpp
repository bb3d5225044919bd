// SPDX-License-Identifier: GPL-3.0-or-later
// Looking at a model: inspect, find, tensor, layout.
#include "clibench.h"

#include <QTest>

#include <cmath>
#include <cstring>

using namespace lapidary;
using namespace lapidary::test;

class CliModelTest : public CliBench {
    Q_OBJECT

private Q_SLOTS:
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
};

QTEST_GUILESS_MAIN(CliModelTest)
#include "tst_climodel.moc"
