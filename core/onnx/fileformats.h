// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "onnx/wirereader.h"

namespace lapidary {

/// What a file that is not ONNX is, told by its first bytes: "a zip archive, as PyTorch writes" …, with what to do
/// about it. An empty name: it may be ONNX.
struct ForeignFormat {
    std::string_view name;
    std::string_view hint;
};

ForeignFormat foreignFormat(wire::Bytes file);
/// For well-formed Protobuf without an ONNX graph: which other Protobuf format it looks like.
ForeignFormat foreignProtobuf(wire::Bytes file);

} // namespace lapidary
