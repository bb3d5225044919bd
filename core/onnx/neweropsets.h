// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <onnx/onnx_pb.h>

#include <deque>
#include <string>
#include <unordered_map>

namespace lapidary {

/// What the adaptation of a node may know about its inputs.
struct KnownInputs {
    std::unordered_map<std::string, onnx::TypeProto*>& types;
    std::deque<onnx::TypeProto>& typeStore; ///< owns the types of tensors that the adaptation makes
    std::unordered_map<std::string, const onnx::TensorProto*>& data;
    /// Owns tensors that the adaptation makes; each is found by the name it gives the new input.
    std::unordered_map<std::string, onnx::TensorProto>& made;
};

/// The newest opset of the default domain that the installed ONNX library infers by itself.
constexpr int newestKnownOpset = 17;

/// Rewrites a node of a newer opset into one of opset 17 that has the same output shapes. False if there is none that
/// is certain: a missing shape is better than a wrong one.
bool adaptToKnownOpset(onnx::NodeProto& node, const KnownInputs& known);

} // namespace lapidary
