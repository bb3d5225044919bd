// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/tensorfacts.h"

#include "tensor/elementtext.h"
#include "ui/models/constanttext.h"

namespace lapidary {

namespace {

constexpr std::uint64_t shownValues = 400;
constexpr std::uint64_t shownBars = 65'536;

/// " (end)" behind a bound of Slice that stands for an open end; here the number itself is shown, too.
std::string boundNote(const Tensor& tensor, std::uint64_t index) {
    const auto text = constantElementText(tensor, index, true);
    return text == "end" || text == "start" ? " (" + text + ")" : std::string();
}

} // namespace

Result<ElementReader> readerOf(const TensorRequest& request) {
    return request.dequantized ? ElementReader::of(request.tensor.tensor, request.tensor.quantization)
                               : ElementReader::of(request.tensor.tensor);
}

std::string firstValuesText(const Tensor& tensor, const ElementReader* reader, std::uint64_t limit, bool bounds) {
    const auto& shape = tensor.shape;
    const auto count = std::min(std::uint64_t(tensor.count()), limit);
    const auto row = shape.empty() ? 1 : std::max<std::uint64_t>(1, std::uint64_t(shape.back()));
    std::string text;
    for (std::uint64_t i = 0; i < count; ++i) {
        if (i % row == 0) {
            auto place = indexText(shape, i);
            if (!shape.empty())
                place.replace(place.rfind('0'), 1, ":"); // a row begins at index 0 of the last axis
            text += (i > 0 ? "\n" : "") + place;
        }
        const auto element = reader && reader->dequantizes() ? realText(reader->at(i), true)
                             : bounds                        ? elementText(tensor, i) + boundNote(tensor, i)
                                                             : elementText(tensor, i);
        text += tensor.type == DataType::String ? "  \"" + element + "\"" : "  " + element;
    }
    return text;
}

std::shared_ptr<const TensorFacts> readTensorFacts(const TensorRequest& request, const Work& work) {
    auto facts = std::make_shared<TensorFacts>();
    const auto& tensor = *request.tensor.tensor;
    const auto reader = readerOf(request);
    const bool known = tensor.type == DataType::String || bitsPerElement(tensor.type) > 0;
    if (known && checkElements(tensor))
        facts->firstValues = firstValuesText(tensor, reader ? &*reader : nullptr, shownValues, request.tensor.bounds);
    if (!reader) {
        facts->problem = reader.error().message;
        return facts;
    }
    auto statistics = tensorStatistics(*reader, {.channelAxis = request.channelAxis}, work);
    if (!statistics)
        return nullptr;
    facts->statistics = std::move(*statistics);
    if (tensor.shape.size() == 1 && reader->count() > 0) {
        const auto step = (reader->count() - 1) / shownBars + 1;
        facts->elementsThinned = step > 1;
        for (std::uint64_t i = 0; i < reader->count(); i += step)
            facts->elements.push_back(reader->at(i));
    }
    return facts;
}

} // namespace lapidary
