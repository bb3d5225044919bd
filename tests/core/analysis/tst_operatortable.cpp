// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/operatortraits.h"
#include "modelbuilder.h"
#include "onnx/onnxwriter.h"
#include "runtime/session.h"
#include "testsupport.h"

#include <QTest>

#include <set>

using namespace lapidary;
using namespace lapidary::test;

namespace {

bool isUnaryActivation(const OperatorTraits& traits) {
    return traits.elementwise && traits.category == OperatorCategory::Activation && traits.domain.empty();
}

std::vector<float> run(const Model& model, const std::vector<float>& x) {
    const auto bytes = serializeOnnx(model);
    auto session = openSession(std::as_bytes(std::span(*bytes)), {});
    if (!session)
        qFatal("%s", session.error().toString().c_str());
    const auto outputs = (*session)->run({makeTensor({1, 4, 6, 6}, x)});
    if (!outputs)
        qFatal("%s", outputs.error().toString().c_str());
    return *toFloats(*outputs->front());
}

/// The operator over [1, 4, 6, 6] with a slope or a window where it needs one.
ModelPtr alone(const OperatorTraits& traits) {
    ModelBuilder b(24);
    b.input("x", {1, 4, 6, 6});
    std::vector<std::string> inputs = {"x"};
    if (traits.weightInput >= 0)
        inputs.push_back("w");
    b.init("w", {4, 1, 1}, std::vector<float>{0.5f, -0.25f, 2, 0});
    std::vector<Attribute> attributes;
    if (traits.category == OperatorCategory::Pool && !traits.opType.starts_with("Global"))
        attributes.push_back(attr("kernel_shape", {2, 2}));
    b.node(std::string(traits.opType), inputs, {"y"}, std::move(attributes));
    return b.output("y").build();
}

/// Whether f(s x) = s f(x) to the last bit for factors that are powers of two, one a channel.
bool handsFactorsOn(const OperatorTraits& traits) {
    const std::vector<float> x = randomFloats(144, 3);
    const std::vector<float> factors = {8, 0.125f, 2, 32};
    std::vector<float> scaled = x;
    for (std::size_t i = 0; i < scaled.size(); ++i)
        scaled[i] *= factors[i / 36];
    const std::vector<float> plain = run(*alone(traits), x), result = run(*alone(traits), scaled);
    bool same = true;
    for (std::size_t i = 0; i < plain.size(); ++i)
        same = same && result[i] == factors[i * 4 / plain.size()] * plain[i];
    return same;
}

} // namespace

Q_DECLARE_METATYPE(const OperatorTraits*)

class TestOperatorTable : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void rowsAreUniqueAndSound() {
        std::set<std::pair<std::string_view, std::string_view>> seen;
        for (const OperatorTraits& traits : operatorTable()) {
            const QByteArray name(traits.opType.data(), qsizetype(traits.opType.size()));
            QVERIFY2(!name.isEmpty(), "a row without a name");
            QVERIFY2(seen.emplace(traits.domain, traits.opType).second, name);
            QVERIFY2(traitsOf(traits.opType, traits.domain) == &traits, name);
            QVERIFY2(traits.deterministic || !traits.foldable, name);
            QVERIFY2(!traits.elementwise || traits.flow == ChannelFlow::Elementwise, name);
            // A layer in 8 bits needs a weight to quantize.
            if (traits.category == OperatorCategory::Layer && traits.quantized == QuantizedKernel::Integer)
                QVERIFY2(traits.weightInput > 0 && traits.weightOutputAxis >= 0, name);
            QVERIFY2(!categoryName(traits.category).empty(), name);
        }
    }

    void domainsAreKeptApart() {
        QVERIFY(traitsOf("Conv", "") == traitsOf("Conv", "ai.onnx"));
        QVERIFY(traitsOf("Conv", "com.example") == nullptr);
        QVERIFY(traitsOf("FusedConv", "") == nullptr);
        QVERIFY(traitsOf("FusedConv", "com.microsoft") != nullptr);
        QVERIFY(traitsOf("Attention", "") != traitsOf("Attention", "com.microsoft"));
        QVERIFY(traitsOf("NoSuchOperator", "") == nullptr);
    }

    void axesFollowTheNode() {
        Node gemm;
        gemm.opType = "Gemm";
        QCOMPARE(traitsOf(gemm)->weightOutputAxis, 1);
        gemm.attributes.push_back(attr("transB", 1));
        QCOMPARE(traitsOf(gemm)->weightOutputAxis, 0);
        QCOMPARE(traitsOf(gemm)->weightInputAxis, 1);
        gemm.domain = "com.example";
        QVERIFY(traitsOf(gemm) == nullptr);
        QVERIFY(categoryOf(gemm) == OperatorCategory::Other);
    }

    /// What ONNX Runtime's CPU provider does with Q/DQ around the operator.
    void quantizedKernels() {
        const auto kernel = [](const char* op) { return traitsOf(op, "")->quantized; };
        for (const char* op : {"Conv", "Gemm", "MatMul", "Add", "Mul", "Concat", "AveragePool", "GlobalAveragePool",
                               "Sigmoid", "LeakyRelu", "Softmax", "Where"})
            QVERIFY2(kernel(op) == QuantizedKernel::Integer, op);
        for (const char* op : {"MaxPool", "Reshape", "Transpose", "Flatten", "Squeeze", "Unsqueeze", "Split", "Gather",
                               "Resize", "ArgMax"})
            QVERIFY2(kernel(op) == QuantizedKernel::PassThrough, op);
        for (const char* op : {"Slice", "Pad", "Tile", "Expand", "DepthToSpace", "SpaceToDepth", "GatherND",
                               "GatherElements", "Compress", "ReverseSequence", "Identity", "ArgMin", "TopK"})
            QVERIFY2(kernel(op) == QuantizedKernel::OnIntegers, op);
        for (const char* op : {"ConvTranspose", "BatchNormalization", "Tanh", "LSTM"})
            QVERIFY2(kernel(op) == QuantizedKernel::None, op);
        Node resize;
        resize.opType = "Resize";
        QVERIFY(traitsOf(resize)->quantized == QuantizedKernel::PassThrough); // nearest
        resize.attributes.push_back(attr("mode", "linear"));
        QVERIFY(traitsOf(resize)->quantized == QuantizedKernel::None);
        QVERIFY(traitsOf("Relu", "")->absorbedByQuantize && traitsOf("Clip", "")->absorbedByQuantize);
    }

    /// In ONNX Runtime: every row that claims to hand factors on, and every activation that does not.
    void homogeneousOperators_data() {
        QTest::addColumn<const OperatorTraits*>("traits");
        for (const OperatorTraits& traits : operatorTable()) // Clip: as its bounds are, see ScalingLaw
            if (traits.homogeneous || (isUnaryActivation(traits) && traits.opType != "Clip"))
                QTest::newRow(std::string(traits.opType).c_str()) << &traits;
    }
    void homogeneousOperators() {
        QFETCH(const OperatorTraits*, traits);
        QCOMPARE(handsFactorsOn(*traits), traits->homogeneous);
    }

    void everyOperatorOfTheStandardIsThere_data() {
        QTest::addColumn<QString>("names");
        QTest::newRow("opset 1 to 12")
            << "Abs Acos Add And ArgMax AveragePool BatchNormalization Cast Ceil Celu Clip Concat "
               "Conv ConvTranspose CumSum Dropout Einsum Erf Gather GatherND Gemm GRU Hardmax If LRN "
               "Loop LSTM MatMul MaxPool MaxRoiPool MeanVarianceNormalization Mod NonMaxSuppression OneHot "
               "Pad Range Resize RNN Scan ScatterND Shrink SpaceToDepth Split TfIdfVectorizer TopK Upsample Where Xor";
        QTest::newRow("opset 13 to 24")
            << "Attention Bernoulli BitwiseAnd BlackmanWindow CastLike CenterCropPad Col2Im DFT "
               "DeformConv Gelu GridSample GroupNormalization HardSwish ImageDecoder LayerNormalization "
               "Mish Optional RegexFullMatch RMSNormalization RotaryEmbedding SequenceMap STFT StringSplit "
               "Swish TensorScatter Trilu";
    }

    void everyOperatorOfTheStandardIsThere() {
        QFETCH(QString, names);
        for (const QString& name : names.split(' '))
            QVERIFY2(traitsOf(name.toStdString(), ""), qPrintable(name));
    }
};

QTEST_GUILESS_MAIN(TestOperatorTable)
#include "tst_operatortable.moc"
