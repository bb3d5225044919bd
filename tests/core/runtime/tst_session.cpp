// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/evaluator.h"
#include "onnx/onnxwriter.h"
#include "runtime/session.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QElapsedTimer>
#include <QTest>

#include <cmath>
#include <thread>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// Direct convolution, padding 1, stride 2: the definition written out.
std::vector<float> naiveConv(const std::vector<float>& x, const std::vector<float>& w, const std::vector<float>& bias,
                             int channels, int size, int filters) {
    const int out = (size + 2 - 3) / 2 + 1;
    std::vector<float> y;
    for (int f = 0; f < filters; ++f)
        for (int oy = 0; oy < out; ++oy)
            for (int ox = 0; ox < out; ++ox) {
                double sum = bias[std::size_t(f)];
                for (int c = 0; c < channels; ++c)
                    for (int ky = 0; ky < 3; ++ky)
                        for (int kx = 0; kx < 3; ++kx) {
                            const int iy = oy * 2 + ky - 1;
                            const int ix = ox * 2 + kx - 1;
                            if (iy < 0 || ix < 0 || iy >= size || ix >= size)
                                continue;
                            sum += double(x[std::size_t((c * size + iy) * size + ix)]) *
                                   double(w[std::size_t(((f * channels + c) * 3 + ky) * 3 + kx)]);
                        }
                y.push_back(float(sum));
            }
    return y;
}

double largestDifference(const std::vector<float>& a, const std::vector<float>& b) {
    double largest = a.size() == b.size() ? 0 : INFINITY;
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
        largest = std::max(largest, std::abs(double(a[i]) - double(b[i])));
    return largest;
}

ModelPtr reluModel() {
    ModelBuilder b;
    b.symbolicInput("x", DataType::Float, {"N", "3"}).node("Relu", {"x"}, {"y"}, {}, "relu").output("y");
    return b.build();
}

/// About a second of work in steps of a few milliseconds.
ModelPtr slowModel() {
    ModelBuilder b;
    b.input("x", {384, 384}).init("w", {384, 384}, randomFloats(384 * 384, 1, 0.05f));
    std::string last = "x";
    for (int i = 0; i < 400; ++i) {
        const auto next = "v" + std::to_string(i);
        b.node("MatMul", {last, "w"}, {next});
        last = next;
    }
    return b.output(last).build();
}

std::string bytesOf(const Model& model) {
    return serializeOnnx(model).value();
}

} // namespace

class SessionTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void convAgainstDefinition() {
        constexpr int channels = 3, size = 9, filters = 4;
        const auto x = randomFloats(channels * size * size, 1);
        const auto w = randomFloats(filters * channels * 9, 2);
        const auto bias = randomFloats(filters, 3);
        ModelBuilder b;
        b.input("x", {1, channels, size, size}).init("w", {filters, channels, 3, 3}, w).init("b", {filters}, bias);
        b.node("Conv", {"x", "w", "b"}, {"y"}, {attr("pads", {1, 1, 1, 1}), attr("strides", {2, 2})}).output("y");
        const auto model = b.build();
        const auto expected = naiveConv(x, w, bias, channels, size, filters);
        for (const auto optimization :
             {GraphOptimization::None, GraphOptimization::Basic, GraphOptimization::Extended, GraphOptimization::All}) {
            SessionOptions options;
            options.optimization = optimization;
            const auto session = openSession(*model, options);
            LAPIDARY_VERIFY_OK(session);
            const auto y = (*session)->run({makeTensor<float>({1, channels, size, size}, x)});
            LAPIDARY_VERIFY_OK(y);
            QCOMPARE(y->size(), std::size_t(1));
            QVERIFY(y->front()->shape == Shape({1, filters, 5, 5}));
            QVERIFY(largestDifference(toFloats(*y->front()).value(), expected) < 1e-4);
        }
    }

    void gemmAgainstDefinition() {
        const auto a = randomFloats(5 * 7, 4), w = randomFloats(4 * 7, 5), c = randomFloats(4, 6);
        ModelBuilder b;
        b.input("a", {5, 7}).init("w", {4, 7}, w).init("c", {4}, c);
        b.node("Gemm", {"a", "w", "c"}, {"y"}, {attr("transB", 1), attr("alpha", 0.5), attr("beta", 2.0)}).output("y");
        std::vector<float> expected;
        for (std::size_t i = 0; i < 5; ++i)
            for (std::size_t j = 0; j < 4; ++j) {
                double sum = 0;
                for (std::size_t k = 0; k < 7; ++k)
                    sum += double(a[i * 7 + k]) * double(w[j * 7 + k]);
                expected.push_back(float(0.5 * sum + 2.0 * double(c[j])));
            }
        const auto session = openSession(*b.build(), {});
        LAPIDARY_VERIFY_OK(session);
        const auto y = (*session)->run({makeTensor<float>({5, 7}, a)});
        LAPIDARY_VERIFY_OK(y);
        QVERIFY(largestDifference(toFloats(*y->front()).value(), expected) < 1e-4);
    }

    void ports() {
        ModelBuilder b;
        b.symbolicInput("image", DataType::Float, {"N", "3"}).input("index", DataType::Int64, {2});
        b.node("Relu", {"image"}, {"y"}).output("y").node("Neg", {"index"}, {"z"}).output("z", DataType::Int64);
        const auto session = openSession(*b.build(), {});
        LAPIDARY_VERIFY_OK(session);
        const auto& inputs = (*session)->inputs();
        QCOMPARE(inputs.size(), std::size_t(2));
        QCOMPARE(inputs[0].name, std::string("image"));
        QCOMPARE(inputs[0].type, DataType::Float);
        QVERIFY(inputs[0].shape == Shape({-1, 3}));
        QCOMPARE(inputs[0].symbols.front(), std::string("N"));
        QCOMPARE(inputs[1].type, DataType::Int64);
        QVERIFY((*session)->loadMs() > 0);
        const auto out =
            (*session)->run({makeTensor<float>({1, 3}, {-1, 0, 2}), makeTensor<std::int64_t>({2}, {3, -4})});
        LAPIDARY_VERIFY_OK(out);
        QVERIFY((*out)[1]->view<std::int64_t>()[1] == 4);
    }

    void wrongInputs() {
        const auto session = openSession(*reluModel(), {});
        LAPIDARY_VERIFY_OK(session);
        const auto check = [&](const std::vector<TensorPtr>& inputs, const std::vector<std::string>& words) {
            const auto out = (*session)->run(inputs);
            QVERIFY(!out.ok());
            QCOMPARE(out.error().code, std::string("runtime.input"));
            for (const auto& word : words)
                QVERIFY2(out.error().toString().find(word) != std::string::npos, out.error().toString().c_str());
        };
        check({}, {"1", "0"});
        check({makeTensor<float>({1, 3}, {1, 2, 3}), makeTensor<float>({1}, {1})}, {"2"});
        check({makeTensor<std::int64_t>({1, 3}, {1, 2, 3})}, {"float", "int64", "'x'"});
        check({makeTensor<float>({1, 4}, {1, 2, 3, 4})}, {"3", "4", "'x'"});
        check({makeTensor<float>({3}, {1, 2, 3})}, {"'x'"});
        QVERIFY((*session)->run({makeTensor<float>({2, 3}, {1, 2, 3, 4, 5, 6})}).ok()); // and goes on working
    }

    /// Shapes that only clash while running.
    void failureWhileRunning() {
        ModelBuilder b;
        b.symbolicInput("a", DataType::Float, {"N", "M"}).symbolicInput("b", DataType::Float, {"M2", "K"});
        b.node("MatMul", {"a", "b"}, {"y"}, {}, "product").output("y");
        const auto session = openSession(*b.build(), {});
        LAPIDARY_VERIFY_OK(session);
        const auto out = (*session)->run({makeTensor<float>({1, 2}, {1, 2}), makeTensor<float>({3, 1}, {1, 2, 3})});
        QVERIFY(!out.ok());
        QCOMPARE(out.error().code, std::string("runtime.run"));
        QVERIFY2(out.error().message.find("product") != std::string::npos, out.error().message.c_str());
    }

    void badModels() {
        const auto good = bytesOf(*reluModel());
        for (const auto& bytes :
             {std::string(), std::string("no model"), good.substr(0, good.size() / 2), std::string(100000, '\xff')}) {
            const auto session = openSession(std::as_bytes(std::span(bytes.data(), bytes.size())), {});
            QVERIFY(!session.ok());
            QCOMPARE(session.error().code, std::string("runtime.load"));
            QVERIFY(!session.error().message.empty());
        }
        const auto missing = openSessionFile("/nonexistent/model.onnx", {});
        QVERIFY(!missing.ok());
        QCOMPARE(missing.error().code, std::string("runtime.load"));
        ModelBuilder b;
        b.input("x", {1}).node("Frobnicate", {"x"}, {"y"}).output("y");
        const auto unknown = openSession(*b.build(), {});
        QVERIFY(!unknown.ok());
        QVERIFY2(unknown.error().message.find("Frobnicate") != std::string::npos, unknown.error().message.c_str());
        QVERIFY2(!unknown.error().hint.empty(), unknown.error().message.c_str());
    }

    /// Outputs outlive the session and later runs.
    void outputsAreKept() {
        TensorPtr kept;
        {
            const auto session = openSession(*reluModel(), {});
            LAPIDARY_VERIFY_OK(session);
            kept = (*session)->run({makeTensor<float>({1, 3}, {-1, 5, 6})})->front();
            QVERIFY((*session)->run({makeTensor<float>({1, 3}, {9, 9, 9})}).ok());
        }
        QCOMPARE(toFloats(*kept).value(), (std::vector<float>{0, 5, 6}));
    }

    void sameBytesForTheSameThreads() {
        const auto model = slowModel();
        SessionOptions options;
        options.threads = 2;
        const auto x = makeTensor<float>({384, 384}, randomFloats(384 * 384, 9));
        std::string first;
        for (const bool pattern : {true, true, false}) {
            options.memoryPattern = pattern;
            const auto session = openSession(*model, options);
            LAPIDARY_VERIFY_OK(session);
            const auto y = (*session)->run({x});
            LAPIDARY_VERIFY_OK(y);
            const auto hash = contentHash(*y->front());
            QVERIFY(first.empty() || first == hash);
            first = hash;
        }
    }

    void cancel() {
        const auto session = openSession(*slowModel(), {});
        LAPIDARY_VERIFY_OK(session);
        std::stop_source stop;
        Work work;
        work.stop = stop.get_token();
        QElapsedTimer clock;
        std::atomic<qint64> asked = 0;
        clock.start();
        std::thread canceller([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(60));
            asked = clock.elapsed();
            stop.request_stop();
        });
        const auto input = makeTensor<float>({384, 384}, randomFloats(384 * 384, 9));
        const auto out = (*session)->run({input}, work);
        const auto took = clock.elapsed() - asked;
        canceller.join();
        QVERIFY2(!out.ok(), "the model must be slow enough to be cancelled");
        QVERIFY(isCancelled(out.error()));
        QVERIFY2(took < 200, qPrintable(QString::number(took)));
        QVERIFY(isCancelled((*session)->run({input}, work).error()));
    }

    void timedRun() {
        const auto session = openSession(*slowModel(), {});
        LAPIDARY_VERIFY_OK(session);
        QVERIFY((*session)->run({makeTensor<float>({384, 384}, randomFloats(384 * 384, 9))}).ok());
        QElapsedTimer clock;
        clock.start();
        const auto ms = (*session)->timedRun();
        const double wall = double(clock.nsecsElapsed()) / 1e6;
        LAPIDARY_VERIFY_OK(ms);
        QVERIFY(*ms > 0 && *ms <= wall);
        QVERIFY2(*ms >= 0.8 * wall - 1, "nothing but the run was in between");
    }

    void timedRunCanBeCancelled() {
        const auto session = openSession(*slowModel(), {});
        LAPIDARY_VERIFY_OK(session);
        QVERIFY((*session)->run({makeTensor<float>({384, 384}, randomFloats(384 * 384, 9))}).ok());
        std::stop_source stop;
        Work work;
        work.stop = stop.get_token();
        std::thread canceller([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(60));
            stop.request_stop();
        });
        QElapsedTimer clock;
        clock.start();
        const auto ms = (*session)->timedRun(work);
        const auto took = clock.elapsed();
        canceller.join();
        QVERIFY(!ms.ok());
        QVERIFY(isCancelled(ms.error()));
        QVERIFY2(took < 260, qPrintable(QString::number(took)));
    }

    void profiling() {
        ModelBuilder b;
        b.input("x", {1, 3, 16, 16}).init("w", {4, 3, 3, 3}, 1);
        b.node("Conv", {"x", "w"}, {"c"}, {}, "conv").node("Sigmoid", {"c"}, {"y"}, {}, "sigmoid").output("y");
        const auto model = b.build();
        SessionOptions options;
        options.profiling = true;
        options.optimization = GraphOptimization::Basic;
        const auto session = openSession(*model, options);
        LAPIDARY_VERIFY_OK(session);
        QVERIFY((*session)->run({makeTensor<float>({1, 3, 16, 16}, randomFloats(768, 1))}).ok());
        for (int i = 0; i < 4; ++i)
            QVERIFY((*session)->timedRun().ok());
        const auto times = (*session)->takeKernelTimes();
        LAPIDARY_VERIFY_OK(times);
        std::map<std::string, int> calls;
        for (const auto& time : *times) {
            ++calls[time.node + " " + time.opType];
            QVERIFY(time.microseconds >= 0);
            QCOMPARE(time.outputType, std::string("float"));
            QCOMPARE(time.provider, std::string("CPUExecutionProvider"));
        }
        QVERIFY(calls == (std::map<std::string, int>{{"conv Conv", 5}, {"sigmoid Sigmoid", 5}}));
        const auto twice = (*session)->takeKernelTimes();
        QVERIFY(!twice.ok());
        QCOMPARE(twice.error().code, std::string("runtime.profiling"));
        const auto without = openSession(*model, {});
        QCOMPARE((*without)->takeKernelTimes().error().code, std::string("runtime.profiling"));
    }

    void aboutTheRuntime() {
        QVERIFY(runtimeVersion().starts_with("1."));
        const auto providers = availableProviders();
        QVERIFY(std::find(providers.begin(), providers.end(), "CPUExecutionProvider") != providers.end());
    }
};

QTEST_GUILESS_MAIN(SessionTest)
#include "tst_session.moc"
