// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/ortcommon.h"

namespace lapidary {

Ort::Env& ortEnvironment() {
    static Ort::Env environment(ORT_LOGGING_LEVEL_FATAL, "lapidary");
    return environment;
}

Diagnostic runtimeFailure(const char* code, const char* what) {
    const std::string text = what;
    std::string hint;
    if (text.find("is not a registered function/op") != std::string::npos ||
        text.find("No Op registered") != std::string::npos)
        hint = "ONNX Runtime does not know this operator; a provider library with it can be given (--provider-library).";
    else if (text.find("opset") != std::string::npos)
        hint = "The model may need a newer ONNX Runtime.";
    else if (text.find("NOT_IMPLEMENTED") != std::string::npos || text.find("Could not find an implementation") != std::string::npos)
        hint = "ONNX Runtime has no kernel for this operator with these types on this device.";
    return errorDiagnostic(code, "ONNX Runtime: " + text, std::move(hint));
}

Ort::Value ortValueOf(const Tensor& tensor) {
    const auto type = ONNXTensorElementDataType(tensor.type);
    if (tensor.type == DataType::String) {
        Ort::AllocatorWithDefaultOptions allocator;
        auto value = Ort::Value::CreateTensor(allocator, tensor.shape.data(), tensor.shape.size(), type);
        std::vector<const char*> pointers;
        for (const auto& text : tensor.strings)
            pointers.push_back(text.c_str());
        value.FillStringTensor(pointers.data(), pointers.size());
        return value;
    }
    const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
    auto* bytes = const_cast<std::byte*>(tensor.data.bytes().data());
    return Ort::Value::CreateTensor(memory, bytes, tensor.data.size(), tensor.shape.data(), tensor.shape.size(), type);
}

TensorPtr tensorOf(Ort::Value value) {
    auto tensor = std::make_shared<Tensor>();
    if (!value.IsTensor())
        return tensor;
    const auto info = value.GetTensorTypeAndShapeInfo();
    tensor->type = DataType(info.GetElementType());
    tensor->shape = info.GetShape();
    if (tensor->type == DataType::String) {
        for (std::size_t i = 0; i < info.GetElementCount(); ++i)
            tensor->strings.push_back(value.GetStringTensorElement(i));
        return tensor;
    }
    const auto size = packedBytes(tensor->type, info.GetElementCount());
    const auto* data = static_cast<const std::byte*>(value.GetTensorRawData());
    auto owner = std::make_shared<Ort::Value>(std::move(value));
    tensor->data = Blob(std::move(owner), std::span(data, size));
    return tensor;
}

PortInfo portInfo(std::string name, const Ort::TypeInfo& type) {
    PortInfo port;
    port.name = std::move(name);
    if (type.GetONNXType() != ONNX_TYPE_TENSOR)
        return port;
    const auto info = type.GetTensorTypeAndShapeInfo();
    port.type = DataType(info.GetElementType());
    port.shape = info.GetShape();
#if ORT_API_VERSION >= 24
    port.ranked = info.HasShape();
#endif
    for (const auto* symbol : info.GetSymbolicDimensions())
        port.symbols.emplace_back(symbol ? symbol : "");
    return port;
}

} // namespace lapidary
