// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/fileformats.h"

#include "onnx/fields.h"

#include <algorithm>

namespace lapidary {

namespace {

using namespace std::string_view_literals;

struct Magic {
    std::size_t offset;
    std::string_view bytes;
    ForeignFormat format;
};

constexpr auto exportHint = "Export the network to ONNX with the framework that wrote it."sv;

constexpr Magic magics[] = {
    {0, "version https://git-lfs"sv, {"a Git LFS pointer", "Fetch the model itself: git lfs pull."}},
    {0, "PK\x03\x04"sv, {"a zip archive (PyTorch checkpoints are such)", "Unpack it, or export it to ONNX."}},
    {0, "\x89HDF\r\n\x1a\n"sv, {"an HDF5 (Keras) file", exportHint}},
    {4, "TFL3"sv, {"a TensorFlow Lite file", exportHint}},
    {4, "ORTM"sv, {"an ONNX Runtime (ORT format) file", "Open the ONNX file it was made from."}},
    {0, "GGUF"sv, {"a GGUF file", exportHint}},
    {0, "\x93NUMPY"sv, {"a NumPy array", ""}},
    {0, "\x1f\x8b"sv, {"a gzip archive", "Unpack it first."}},
    {0, "\x28\xb5\x2f\xfd"sv, {"a zstd archive", "Unpack it first."}},
    {0,
     "\xfd"sv
     "7zXZ"sv,
     {"an xz archive", "Unpack it first."}},
    {0, "BZh"sv, {"a bzip2 archive", "Unpack it first."}},
    {257, "ustar"sv, {"a tar archive", "Unpack it first."}},
    {0,
     "\x7f"sv
     "ELF"sv,
     {"a program", ""}},
    {0, "\x89PNG"sv, {"a picture", ""}},
    {0, "\xff\xd8\xff"sv, {"a picture", ""}},
};

bool looksLikeText(std::string_view head) {
    return std::all_of(head.begin(), head.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x20 ? byte != 0x7f : byte == '\n' || byte == '\r' || byte == '\t' || byte == '\f';
    });
}

ForeignFormat textFormat(std::string_view head) {
    const auto start = head.find_first_not_of(" \t\r\n");
    if (start != std::string_view::npos && head[start] == '{')
        return {"a JSON text", exportHint};
    if (start != std::string_view::npos && head[start] == '<')
        return {"an XML or HTML text (a download page, or OpenVINO)", "Fetch the model itself, or export it to ONNX."};
    return {"a text", "Choose a file that an ONNX exporter wrote."};
}

} // namespace

ForeignFormat foreignFormat(wire::Bytes file) {
    const auto head = wire::asText(file.first(std::min<std::size_t>(file.size(), 512)));
    if (head.empty())
        return {"empty", "Copy or download the model again."};
    for (const auto& magic : magics)
        if (head.size() > magic.offset && head.substr(magic.offset).starts_with(magic.bytes))
            return magic.format;
    if (head.size() > 2 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5)
        return {"a Python pickle (PyTorch checkpoints are such)", exportHint};
    if (head.size() > 9 && head[8] == '{' && head[9] == '"')
        return {"a safetensors file", exportHint};
    if (looksLikeText(head))
        return textFormat(head);
    return {};
}

ForeignFormat foreignProtobuf(wire::Bytes file) {
    wire::Reader reader(file);
    bool savedModel = false;
    for (wire::Field item; reader.next(item);) {
        // GraphDef.node and TrainingInfo-less ONNX never agree here: ONNX's field 1 is a number.
        if (item.tag == wire::bytesTag(1))
            return {"a TensorFlow graph, a tensor or another Protobuf message", exportHint};
        if (item.tag == wire::bytesTag(2) && item.bytes.size() > 256)
            savedModel = true;
    }
    if (savedModel)
        return {"a TensorFlow SavedModel or another Protobuf message", exportHint};
    return {};
}

} // namespace lapidary
