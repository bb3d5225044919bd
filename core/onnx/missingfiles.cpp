// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/missingfiles.h"

#include "graph/missingweights.h"
#include "onnx/fields.h"
#include "onnx/wirereader.h"

#include <set>

namespace lapidary {
namespace {

using wire::bytesTag;

/// The text of an entry with this key, else empty.
std::string_view valueOf(wire::Bytes entry, std::string_view wanted) {
    std::string_view key, value;
    wire::Reader reader(entry);
    for (wire::Field part; reader.next(part);) {
        if (part.tag == bytesTag(field::entry::key))
            key = part.text();
        else if (part.tag == bytesTag(field::entry::value))
            value = part.text();
    }
    return key == wanted ? value : std::string_view();
}

} // namespace

std::vector<std::string> missingFiles(const Model& model) {
    std::set<std::string> files;
    for (const MissingWeight& weight : missingWeights(model)) {
        wire::Reader reader(std::as_bytes(std::span(weight.tensor->unknownFields)));
        for (wire::Field field; reader.next(field);)
            if (field.tag == bytesTag(field::tensor::externalData))
                if (const auto location = valueOf(field.bytes, "location"); !location.empty())
                    files.emplace(location);
    }
    return {files.begin(), files.end()};
}

} // namespace lapidary
