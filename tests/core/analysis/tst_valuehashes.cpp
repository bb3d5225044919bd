// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/valuehashes.h"
#include "modelbuilder.h"
#include "testsupport.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace {

struct Spec {
    std::string prefix; ///< of all names
    int firstWeight = 1;
    int secondWeight = 2;
    int pad = 1;
    std::int64_t opset = 17;
    bool random = false;
    float inner = 1; ///< what the branch of the If adds
};

/// x → Conv → Relu → Conv → If → y
ModelPtr network(const Spec& spec) {
    const auto name = [&](const char* text) { return spec.prefix + text; };
    const auto branch = [&](const char* label, float number) {
        ModelBuilder inner(spec.opset, label);
        inner.outer(name("c")).init(name(label), {1}, std::vector<float>{number});
        const std::string out = name(label) + "_out";
        return inner.node("Add", {name("c"), name(label)}, {out}).output(out).buildGraph();
    };
    ModelBuilder b(spec.opset);
    b.input(name("x"), {1, 2, 4, 4});
    b.init(name("w1"), {2, 2, 3, 3}, spec.firstWeight).init(name("w2"), {2, 2, 3, 3}, spec.secondWeight);
    b.init(name("yes"), makeTensor(DataType::Bool, {}, Blob(std::string(1, '\1'))));
    b.node("Conv", {name("x"), name("w1")}, {name("a")}, {attr("pads", {1, 1, 1, 1}), attr("group", 1)});
    if (spec.random)
        b.node("RandomNormalLike", {name("a")}, {name("r")});
    else
        b.node("Relu", {name("a")}, {name("r")});
    const std::int64_t pad = spec.pad;
    b.node("Conv", {name("r"), name("w2")}, {name("c")}, {attr("group", 1), attr("pads", {pad, pad, pad, pad})});
    b.node("If", {name("yes")}, {name("y")},
           {attr("then_branch", branch("t", spec.inner)), attr("else_branch", branch("e", 2))});
    return b.output(name("y")).build();
}

} // namespace

class TestValueHashes : public TestCase {
    Q_OBJECT

    /// Which of a, r, c, y hold the same in both.
    static QString same(const Spec& left, const Spec& right) {
        const auto a = network(left), b = network(right);
        const ValueHashes first(*a), second(*b);
        QString text;
        for (const char* value : {"a", "r", "c", "y"}) {
            const auto& x = first.of(a->graph->findValue(left.prefix + value)->id);
            const auto& y = second.of(b->graph->findValue(right.prefix + value)->id);
            if (!x.empty() && x == y)
                text += QLatin1String(value);
        }
        return text;
    }

private Q_SLOTS:
    void followWhatIsComputed() {
        QCOMPARE(same({}, {}), QStringLiteral("arcy"));
        QCOMPARE(same({}, {.prefix = "other_"}), QStringLiteral("arcy")); // names do not compute
        QCOMPARE(same({}, {.secondWeight = 3}), QStringLiteral("ar"));
        QCOMPARE(same({}, {.firstWeight = 3}), QString());
        QCOMPARE(same({}, {.pad = 2}), QStringLiteral("ar"));
        QCOMPARE(same({}, {.opset = 16}), QString());
        QCOMPARE(same({}, {.inner = 3}), QStringLiteral("arc")); // inside a subgraph
    }

    void chanceIsNeverTheSame() { QCOMPARE(same({.random = true}, {.random = true}), QStringLiteral("a")); }

    void rememberTensors() {
        const auto model = network({});
        TensorHashes memory;
        const ValueHashes plain(*model), first(*model, &memory), second(*model, &memory);
        for (const ValueId id : model->graph->valueIds()) {
            QCOMPARE(first.of(id), plain.of(id));
            QCOMPARE(second.of(id), plain.of(id));
        }
        QCOMPARE(plain.ofOutputs(*model->graph).size(), std::size_t(64));
        QVERIFY(plain.varies(model->graph->findValue("y")->id)); // through what the branches capture
        QVERIFY(!plain.varies(model->graph->findValue("w1")->id));
    }

    void inputsCount() {
        const auto make = [](const std::vector<std::string>& shape) {
            ModelBuilder b;
            b.symbolicInput("x", DataType::Float, shape).node("Relu", {"x"}, {"y"});
            return b.output("y").build();
        };
        const auto hash = [](const ModelPtr& model) { return ValueHashes(*model).ofOutputs(*model->graph); };
        QCOMPARE(hash(make({"N", "3"})), hash(make({"batch", "3"})));
        QVERIFY(hash(make({"N", "3"})) != hash(make({"N", "4"})));
    }
};

QTEST_GUILESS_MAIN(TestValueHashes)
#include "tst_valuehashes.moc"
