// SPDX-License-Identifier: GPL-3.0-or-later
// What moves, makes or inspects tensors; control flow, sequences, signals, losses, text and classical models.
#include "graph/operatortable.h"

#include <array>

namespace lapidary::operatortable {
namespace {

using enum OperatorCategory;
using enum ChannelFlow;
using enum QuantizedKernel;

constexpr OperatorTraits plain(std::string_view opType, OperatorCategory category = Other) {
    return row(opType, category, Unknown);
}
constexpr OperatorTraits ml(std::string_view opType) {
    return kept(in("ai.onnx.ml", plain(opType)));
}
constexpr OperatorTraits training(std::string_view opType) {
    return kept(in("ai.onnx.preview.training", plain(opType)));
}
constexpr OperatorTraits contrib(OperatorTraits traits) {
    return in("com.microsoft", traits);
}

constexpr std::array rows{
    in8Bits(row("Reshape", Shape, Moves), PassThrough),
    in8Bits(row("Flatten", Shape, Moves), PassThrough),
    in8Bits(row("Squeeze", Shape, Moves), PassThrough),
    in8Bits(row("Unsqueeze", Shape, Moves), PassThrough),
    in8Bits(row("Transpose", Shape, Moves), PassThrough),
    in8Bits(row("Expand", Shape, Moves), OnIntegers),
    in8Bits(row("DepthToSpace", Shape, Moves), OnIntegers),
    foundIn8Bits(row("SpaceToDepth", Shape, Moves), OnIntegers),
    plain("Shape", Shape),
    plain("Size", Shape),

    asInteger(row("Concat", Tensor, Moves), "QLinearConcat", "com.microsoft", IntegerArguments::OutputFirst),
    in8Bits(row("Split", Tensor, Moves), PassThrough),
    in8Bits(row("Slice", Tensor, Moves), OnIntegers),
    in8Bits(row("Gather", Tensor, Moves), PassThrough),
    in8Bits(row("GatherElements", Tensor, Unknown), OnIntegers),
    in8Bits(row("Tile", Tensor, Moves), OnIntegers),
    in8Bits(row("Resize", Tensor, Spatial), PassThrough),
    row("Upsample", Tensor, Spatial),
    filled(in8Bits(row("Pad", Tensor, Spatial), OnIntegers), 2),
    foundIn8Bits(plain("GatherND", Tensor), OnIntegers),
    plain("Scatter", Tensor),
    plain("ScatterElements", Tensor),
    plain("ScatterND", Tensor),
    plain("TensorScatter", Tensor),
    foundIn8Bits(plain("Compress", Tensor), OnIntegers),
    plain("Unique", Tensor),
    plain("NonZero", Tensor),
    foundIn8Bits(plain("ReverseSequence", Tensor), OnIntegers),
    plain("Trilu", Tensor),
    plain("CenterCropPad", Tensor),
    plain("Col2Im", Tensor),
    plain("GridSample", Tensor),
    plain("AffineGrid", Tensor),
    contrib(plain("GridSample", Tensor)),
    contrib(plain("Trilu", Tensor)),
    contrib(plain("Unique", Tensor)),
    contrib(plain("Pad", Tensor)),
    contrib(plain("ExpandDims", Shape)),
    contrib(plain("CDist", Other)),
    contrib(plain("Inverse", Other)),
    contrib(random(plain("BitmaskDropout", Dropout))),
    contrib(plain("Sampling", Control)),
    contrib(kept(plain("BeamSearch", Control))),
    contrib(kept(plain("GreedySearch", Control))),
    contrib(plain("RemovePadding", Tensor)),
    contrib(plain("RestorePadding", Tensor)),
    contrib(held(plain("GatherBlockQuantized", Quantization), HeldQuantized::PackedWeights)),

    plain("Constant", Data),
    plain("ConstantOfShape", Data),
    plain("EyeLike", Data),
    plain("Range", Data),
    plain("OneHot", Data),
    random(plain("RandomNormal", Data)),
    random(plain("RandomNormalLike", Data)),
    random(plain("RandomUniform", Data)),
    random(plain("RandomUniformLike", Data)),
    random(plain("Multinomial", Data)),
    random(plain("Bernoulli", Data)),
    kept(plain("ImageDecoder", Data)),

    kept(plain("If", Control)),
    kept(plain("Loop", Control)),
    kept(plain("Scan", Control)),
    kept(plain("SequenceMap", Control)),
    kept(plain("SequenceAt", Control)),
    kept(plain("SequenceConstruct", Control)),
    kept(plain("SequenceEmpty", Control)),
    kept(plain("SequenceErase", Control)),
    kept(plain("SequenceInsert", Control)),
    kept(plain("SequenceLength", Control)),
    kept(plain("SplitToSequence", Control)),
    kept(plain("ConcatFromSequence", Control)),
    kept(plain("Optional", Control)),
    kept(plain("OptionalGetElement", Control)),
    kept(plain("OptionalHasElement", Control)),

    plain("NonMaxSuppression"),
    plain("DFT"),
    plain("STFT"),
    plain("MelWeightMatrix", Data),
    plain("HannWindow", Data),
    plain("HammingWindow", Data),
    plain("BlackmanWindow", Data),
    plain("NegativeLogLikelihoodLoss"),
    plain("SoftmaxCrossEntropyLoss"),
    kept(plain("StringNormalizer")),
    kept(plain("StringConcat")),
    kept(plain("StringSplit")),
    kept(plain("RegexFullMatch")),
    kept(plain("TfIdfVectorizer")),

    training("Adagrad"),
    training("Adam"),
    training("Momentum"),
    kept(in("ai.onnx.preview.training", plain("Gradient"))),

    ml("ArrayFeatureExtractor"),
    ml("Binarizer"),
    ml("CastMap"),
    ml("CategoryMapper"),
    ml("DictVectorizer"),
    ml("FeatureVectorizer"),
    ml("Imputer"),
    ml("LabelEncoder"),
    ml("LinearClassifier"),
    ml("LinearRegressor"),
    ml("Normalizer"),
    ml("OneHotEncoder"),
    ml("SVMClassifier"),
    ml("SVMRegressor"),
    ml("Scaler"),
    ml("TreeEnsemble"),
    ml("TreeEnsembleClassifier"),
    ml("TreeEnsembleRegressor"),
    ml("ZipMap"),
};

} // namespace

std::span<const OperatorTraits> tensorRows() {
    return rows;
}

} // namespace lapidary::operatortable
