// SPDX-License-Identifier: GPL-3.0-or-later
// What a step did, as JSON.
#include "pass/runner.h"

namespace lapidary {

namespace {

std::string_view severityName(Severity severity) {
    switch (severity) {
    case Severity::Note:
        return "note";
    case Severity::Warning:
        return "warning";
    case Severity::Error:
        break;
    }
    return "error";
}

Json noteToJson(const Diagnostic& note) {
    Json out;
    out.set("severity", severityName(note.severity));
    out.set("code", note.code);
    out.set("message", note.message);
    if (!note.hint.empty())
        out.set("hint", note.hint);
    if (!note.place.node.empty())
        out.set("node", note.place.node);
    if (!note.place.tensor.empty())
        out.set("tensor", note.place.tensor);
    return out;
}

Json layerToJson(const LayerReport& layer) {
    Json out;
    out.set("node", layer.node);
    out.set("op_type", layer.opType);
    out.set("what", layer.what);
    Json::Object numbers;
    for (const auto& [name, number] : layer.numbers)
        numbers[name] = number;
    out.set("numbers", std::move(numbers));
    if (!layer.removedChannels.empty()) {
        Json::Array removed;
        for (const std::uint32_t channel : layer.removedChannels)
            removed.push_back(std::int64_t(channel));
        out.set("removed_channels", std::move(removed));
    }
    return out;
}

} // namespace

Json StepReport::toJson() const {
    Json out;
    out.set("pass", pass);
    out.set("version", version);
    out.set("params", lapidary::toJson(params));
    out.set("before", before.toJson());
    out.set("after", after.toJson());
    Json::Array layerList, fencedList, noteList;
    for (const auto& layer : layers)
        layerList.push_back(layerToJson(layer));
    for (const auto& [node, reason] : fenced) {
        Json entry;
        entry.set("node", node);
        entry.set("reason", reason);
        fencedList.push_back(std::move(entry));
    }
    for (const auto& note : notes)
        noteList.push_back(noteToJson(note));
    out.set("layers", std::move(layerList));
    out.set("fenced", std::move(fencedList));
    out.set("notes", std::move(noteList));
    out.set("seconds", seconds);
    return out;
}

} // namespace lapidary
