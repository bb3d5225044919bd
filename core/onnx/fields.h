// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

/// Field numbers of the ONNX messages, the newest included, so that they do not depend on the installed ONNX library.
namespace lapidary::field {

using Number = std::uint32_t;

namespace model {
constexpr Number irVersion = 1, producerName = 2, producerVersion = 3, domain = 4, modelVersion = 5, doc = 6, graph = 7,
                 opset = 8, metadata = 14, function = 25;
}
namespace opset {
constexpr Number domain = 1, version = 2;
}
namespace entry {
constexpr Number key = 1, value = 2;
}
namespace graph {
constexpr Number node = 1, name = 2, initializer = 5, doc = 10, input = 11, output = 12, valueInfo = 13,
                 sparseInitializer = 15, metadata = 16;
}
namespace node {
constexpr Number input = 1, output = 2, name = 3, opType = 4, attribute = 5, doc = 6, domain = 7, overload = 8,
                 metadata = 9;
}
namespace attribute {
constexpr Number name = 1, f = 2, i = 3, s = 4, t = 5, g = 6, floats = 7, ints = 8, strings = 9, tensors = 10,
                 graphs = 11, doc = 13, type = 20, refAttrName = 21;
/// Attribute kinds 1 to 10 (AttributeProto.AttributeType); the field that holds the value of kind k is k + 1.
constexpr int kindFloat = 1, kindInt = 2, kindString = 3, kindTensor = 4, kindGraph = 5, kindFloats = 6, kindInts = 7,
              kindStrings = 8, kindTensors = 9, kindGraphs = 10;
} // namespace attribute
namespace tensor {
constexpr Number dims = 1, dataType = 2, floatData = 4, int32Data = 5, stringData = 6, int64Data = 7, name = 8,
                 rawData = 9, doubleData = 10, uint64Data = 11, doc = 12, externalData = 13, dataLocation = 14;
}
namespace value {
constexpr Number name = 1, type = 2, doc = 3, metadata = 4;
}
namespace type {
constexpr Number tensor = 1, denotation = 6;
constexpr Number elementType = 1, shape = 2;                    // of TypeProto.Tensor
constexpr Number dimension = 1;                                 // of TensorShapeProto
constexpr Number dimValue = 1, dimParam = 2, dimDenotation = 3; // of TensorShapeProto.Dimension
} // namespace type
namespace function {
constexpr Number name = 1, input = 4, output = 5, attribute = 6, node = 7, doc = 8, opset = 9, domain = 10,
                 attributeDefault = 11, valueInfo = 12, overload = 13, metadata = 14;
}
namespace sparse {
constexpr Number values = 1, dims = 3; // of SparseTensorProto
}

} // namespace lapidary::field
