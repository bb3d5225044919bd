// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runtime/session.h"

#include <onnxruntime_cxx_api.h>

namespace lapidary {

/// The process-wide ONNX Runtime environment; logs only errors. Made at first use.
Ort::Env& ortEnvironment();
Diagnostic runtimeFailure(const char* code, const char* what);
/// A value that reads the tensor's bytes in place (strings are copied). The tensor must outlive the value. Throws Ort::Exception.
Ort::Value ortValueOf(const Tensor& tensor);
/// The tensor keeps the value alive; nothing is copied but strings. Throws Ort::Exception.
TensorPtr tensorOf(Ort::Value value);
PortInfo portInfo(std::string name, const Ort::TypeInfo& type);

} // namespace lapidary
