// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/onnxreader.h"
#include "onnx/onnxshapes.h"
#include "onnx/onnxwriter.h"
#include "samplemodels.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <onnx/onnx_pb.h>

#include <QTest>

#include <functional>

using namespace lapidary;

namespace {

onnx::ModelProto reluModel() {
    onnx::ModelProto proto;
    proto.set_ir_version(8);
    proto.add_opset_import()->set_version(13);
    auto& graph = *proto.mutable_graph();
    graph.set_name("g");
    auto& node = *graph.add_node();
    node.set_name("relu");
    node.set_op_type("Relu");
    node.add_input("x");
    node.add_output("y");
    graph.add_input()->set_name("x");
    graph.add_output()->set_name("y");
    return proto;
}

void addNode(onnx::ModelProto& proto, const std::string& name, const std::string& input, const std::string& output) {
    auto& node = *proto.mutable_graph()->add_node();
    node.set_name(name);
    node.set_op_type("Relu");
    node.add_input(input);
    node.add_output(output);
}

onnx::TensorProto& addWeight(onnx::ModelProto& proto, std::int64_t extent) {
    auto& tensor = *proto.mutable_graph()->add_initializer();
    tensor.set_name("w");
    tensor.set_data_type(1);
    tensor.add_dims(extent);
    return tensor;
}

std::string codeOf(const std::string& bytes, ReadOptions options = {}) {
    const auto read = readOnnx(Blob(bytes), {}, options);
    return read.ok() ? std::string() : read.error().code;
}

} // namespace

class TestOnnxHostile : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void otherFormats_data();
    void otherFormats();
    void everyTruncation();
    void everyFlippedByte();
    void brokenModels_data();
    void brokenModels();
    void brokenPlacesAreNamed();
    void deepNesting();
    void manyAttributes();
    void memoryLimit();
    void functionsThatCallThemselves();
    void functionsThatExplode();
    void malformedCorpus_data();
    void malformedCorpus();
};

void TestOnnxHostile::otherFormats_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const QByteArray& bytes, const char* says) {
        QTest::newRow(name) << bytes << QString(says);
    };
    row("empty", "", "empty");
    row("text", "just a text\n", "text");
    row("json", "{\"a\": 1}", "JSON");
    row("html", "\n<!DOCTYPE html>", "HTML");
    row("lfs", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "LFS");
    row("zip", QByteArray("PK\x03\x04\x14\0\0\0", 8), "zip");
    row("pickle", QByteArray("\x80\x02}q\x00X", 6), "pickle");
    row("hdf5", QByteArray("\x89HDF\r\n\x1a\n\0\0", 10), "HDF5");
    row("tflite", QByteArray("\x1c\0\0\0TFL3\x14\0", 10), "TensorFlow Lite");
    row("ort", QByteArray("\x1c\0\0\0ORTM\x14\0", 10), "ORT");
    row("gguf", QByteArray("GGUF\x03\0\0\0", 8), "GGUF");
    row("gzip", QByteArray("\x1f\x8b\x08\0", 4), "gzip");
    // GraphDef { node { name: "input" op: "Placeholder" } }
    row("tensorflow graph", QByteArray("\x0a\x14\x0a\x05input\x12\x0bPlaceholder", 22), "TensorFlow");
    row("saved model", QByteArray("\x08\x01\x12\xac\x02", 5) + QByteArray(300, '\x01'), "TensorFlow SavedModel");
    row("noise", QByteArray("\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6\xf5\xf4", 12), "ONNX");
}

void TestOnnxHostile::otherFormats() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    const auto read = readOnnx(Blob(bytes.toStdString()));
    QVERIFY(!read.ok());
    QCOMPARE(read.error().code, std::string("onnx.not_onnx"));
    QVERIFY2(QString::fromStdString(read.error().message).contains(says), read.error().message.c_str());
}

void TestOnnxHostile::everyTruncation() {
    const auto bytes = serializeOnnx(*test::functionModel()).value();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto read = readOnnx(Blob(bytes.substr(0, size)));
        if (read.ok()) // cut between two outermost fields: a model without its last ones
            QVERIFY(read->model->functions.size() < 1 || read->model->opsets.size() <= 2);
        else
            QVERIFY(!read.error().code.empty() && !read.error().message.empty());
    }
    const auto half = readOnnx(Blob(bytes.substr(0, bytes.size() / 4)));
    QCOMPARE(half.error().code, std::string("onnx.truncated"));
}

void TestOnnxHostile::everyFlippedByte() {
    int refused = 0;
    for (const auto& [name, model] : test::sampleModels()) {
        if (name == "types" || name == "chain")
            continue;
        const auto bytes = serializeOnnx(*model).value();
        for (std::size_t at = 0; at<bytes.size(); at += bytes.size()> 3000 ? 7 : 1)
            for (const unsigned char flip : {0x01, 0x80, 0xff}) {
                std::string changed = bytes;
                changed[at] = char(static_cast<unsigned char>(changed[at]) ^ flip);
                const auto read = readOnnx(Blob(changed));
                refused += !read.ok();
                if (read.ok())
                    QVERIFY(modelHash(*read->model).ok());
            }
    }
    QVERIFY(refused > 100);
}

void TestOnnxHostile::brokenModels_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("code");
    using Break = std::function<void(onnx::ModelProto&)>;
    const auto row = [](const char* name, const char* code, const Break& damage) {
        auto proto = reluModel();
        damage(proto);
        QTest::newRow(name) << QByteArray::fromStdString(proto.SerializePartialAsString()) << QString(code);
    };
    row("intact", "", [](auto&) {});
    row("no graph", "onnx.no_graph", [](auto& m) { m.clear_graph(); });
    row("undefined input", "graph.undefined_value", [](auto& m) { addNode(m, "n", "nowhere", "z"); });
    row("undefined output", "graph.undefined_value", [](auto& m) { m.mutable_graph()->add_output()->set_name("z"); });
    row("used before it is made", "", [](auto& m) {
        addNode(m, "late user", "z", "q");
        addNode(m, "maker", "y", "z");
    });
    row("cycle", "graph.cycle", [](auto& m) {
        addNode(m, "a", "q", "z");
        addNode(m, "b", "z", "q");
    });
    row("self loop", "graph.cycle", [](auto& m) { addNode(m, "a", "z", "z"); });
    row("two producers", "graph.two_producers", [](auto& m) { addNode(m, "again", "x", "y"); });
    row("node makes an input", "graph.two_producers", [](auto& m) { addNode(m, "again", "y", "x"); });
    row("input twice", "graph.two_producers", [](auto& m) { m.mutable_graph()->add_input()->set_name("x"); });
    row("weight twice", "graph.two_producers", [](auto& m) {
        addWeight(m, 1).add_float_data(1);
        addWeight(m, 1).add_float_data(1);
    });
    row("nameless input", "graph.unnamed_value", [](auto& m) { m.mutable_graph()->add_input(); });
    row("no data", "onnx.tensor_size", [](auto& m) { addWeight(m, 5); });
    row("short raw data", "onnx.tensor_size", [](auto& m) { addWeight(m, 5).set_raw_data("abc"); });
    row("long raw data", "onnx.tensor_size", [](auto& m) { addWeight(m, 1).set_raw_data("abcde"); });
    row("short typed data", "onnx.tensor_size", [](auto& m) { addWeight(m, 2).add_float_data(1); });
    row("data of another field", "onnx.tensor_size", [](auto& m) { addWeight(m, 1).add_int64_data(1); });
    row("negative extent", "onnx.tensor_size", [](auto& m) { addWeight(m, -1); });
    row("huge extents", "onnx.tensor_size", [](auto& m) {
        auto& tensor = addWeight(m, std::int64_t(1) << 40);
        tensor.add_dims(std::int64_t(1) << 40);
        tensor.set_raw_data("x");
    });
    row("huge extent", "onnx.tensor_size", [](auto& m) { addWeight(m, std::int64_t(1) << 60).add_float_data(1); });
    row("strings that are not there", "onnx.tensor_size", [](auto& m) { addWeight(m, 1000000).set_data_type(8); });
    row("capture of nothing", "graph.undefined_value", [](auto& m) {
        auto& attribute = *m.mutable_graph()->mutable_node(0)->add_attribute();
        attribute.set_name("body");
        attribute.set_type(onnx::AttributeProto::GRAPH);
        auto& node = *attribute.mutable_g()->add_node();
        node.set_op_type("Neg");
        node.add_input("nowhere");
        node.add_output("n");
    });
}

void TestOnnxHostile::brokenModels() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, code);
    QCOMPARE(QString::fromStdString(codeOf(bytes.toStdString())), code);
}

void TestOnnxHostile::brokenPlacesAreNamed() {
    auto proto = reluModel();
    addNode(proto, "lonely", "nowhere", "z");
    const auto read = readOnnx(Blob(proto.SerializeAsString()));
    QCOMPARE(read.error().place.node, std::string("lonely"));
    QCOMPARE(read.error().place.tensor, std::string("nowhere"));
    QVERIFY(!read.error().hint.empty());
    test::TempDir dir;
    test::writeFile(dir / "m.onnx", proto.SerializeAsString());
    QCOMPARE(readOnnx(dir / "m.onnx").error().place.file, (dir / "m.onnx").string());
    QCOMPARE(readOnnx(dir / "none.onnx").error().code, std::string("file.open"));
}

void TestOnnxHostile::deepNesting() {
    const auto nested = [](int depth) {
        onnx::GraphProto graph;
        graph.set_name("g");
        for (int i = 0; i < depth; ++i) {
            onnx::GraphProto outer;
            outer.set_name("g");
            auto& node = *outer.add_node();
            node.set_op_type("Loop");
            auto& attribute = *node.add_attribute();
            attribute.set_name("body");
            attribute.set_type(onnx::AttributeProto::GRAPH);
            attribute.mutable_g()->Swap(&graph);
            graph.Swap(&outer);
        }
        onnx::ModelProto proto;
        proto.set_ir_version(8);
        proto.mutable_graph()->Swap(&graph);
        return proto.SerializeAsString();
    };
    QCOMPARE(codeOf(nested(20)), std::string());
    QCOMPARE(codeOf(nested(70)), std::string("onnx.too_deep"));
    QCOMPARE(codeOf(nested(2000)), std::string("onnx.too_deep"));
    const auto read = readOnnx(Blob(nested(60)));
    LAPIDARY_VERIFY_OK(read);
    QVERIFY(inferOnnxShapes(*read->model).ok());
}

void TestOnnxHostile::manyAttributes() {
    auto proto = reluModel();
    auto& node = *proto.mutable_graph()->mutable_node(0);
    for (int i = 0; i < 100000; ++i) {
        auto& attribute = *node.add_attribute();
        attribute.set_name("a" + std::to_string(i));
        attribute.set_type(onnx::AttributeProto::INT);
        attribute.set_i(i);
    }
    const auto read = readOnnx(Blob(proto.SerializeAsString()));
    LAPIDARY_VERIFY_OK(read);
    QCOMPARE(read->model->graph->nodes()[0]->attributes.size(), std::size_t(100000));
}

void TestOnnxHostile::memoryLimit() {
    auto proto = reluModel();
    for (int i = 0; i < 10000; ++i)
        proto.mutable_graph()->add_node(); // two bytes each in the file
    ReadOptions options;
    options.maxAllocation = 1 << 20;
    QCOMPARE(codeOf(proto.SerializeAsString(), options), std::string("onnx.too_large"));
    QCOMPARE(codeOf(reluModel().SerializeAsString(), options), std::string());
}

void TestOnnxHostile::functionsThatCallThemselves() {
    Model model = *test::functionModel();
    auto function = std::make_shared<Function>(*model.functions[0]);
    GraphEditor editor(function->body);
    Node call = *function->body->nodes()[1];
    call.opType = "Scaled";
    call.domain = "local";
    call.inputs.resize(1);
    editor.replaceNode(call);
    function->body = editor.finish().value();
    function->opsets.push_back({"local", 1});
    model.functions[0] = function;
    const auto read = readOnnx(Blob(serializeOnnx(model).value()));
    LAPIDARY_VERIFY_OK(read);
    QVERIFY(inferOnnxShapes(*read->model).ok());
}

void TestOnnxHostile::functionsThatExplode() {
    // Forty functions that each call the next one twice: 2^40 calls.
    Model model = *test::functionModel();
    model.functions.clear();
    for (int i = 0; i < 40; ++i) {
        test::ModelBuilder body;
        const auto next = "F" + std::to_string(i + 1);
        body.input("x", {1})
            .node(next, {"x"}, {"m"}, {}, {}, "local")
            .node(next, {"m"}, {"y"}, {}, {}, "local")
            .output("y");
        auto function = std::make_shared<Function>();
        function->name = "F" + std::to_string(i);
        function->domain = "local";
        function->opsets = {{"", 17}, {"local", 1}};
        function->body = body.buildGraph();
        model.functions.push_back(std::move(function));
    }
    test::ModelBuilder b;
    b.opset("local", 1).input("x", {1}).node("F0", {"x"}, {"y"}, {}, {}, "local").output("y");
    model.graph = b.buildGraph();
    QVERIFY(inferOnnxShapes(model).ok());
}

void TestOnnxHostile::malformedCorpus_data() {
    LAPIDARY_REQUIRE_ASSETS();
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("code");
    const std::pair<const char*, const char*> expected[] = {
        {"cycle", "graph.cycle"},
        {"external_path_traversal", "onnx.external_outside"},
        {"huge_dims", "onnx.tensor_size"},
        {"lfs_pointer", "onnx.not_onnx"},
        {"missing_initializer", "graph.undefined_value"},
        {"short_raw_data", "onnx.tensor_size"},
        {"text", "onnx.not_onnx"},
        {"truncated_half", "onnx.truncated"},
    };
    for (const auto& [name, code] : expected)
        QTest::newRow(name) << QString::fromStdString(
                                   (test::assetsFolder() / "models/malformed" / (std::string(name) + ".onnx")).string())
                            << QString(code);
}

void TestOnnxHostile::malformedCorpus() {
    QFETCH(QString, path);
    QFETCH(QString, code);
    const auto read = readOnnx(std::filesystem::path(path.toStdString()));
    QVERIFY(!read.ok());
    QCOMPARE(QString::fromStdString(read.error().code), code);
}

QTEST_APPLESS_MAIN(TestOnnxHostile)
#include "tst_onnxhostile.moc"
