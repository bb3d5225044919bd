// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/wiretypes.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

constexpr std::size_t shortText = 200;
constexpr std::size_t longText = 4000;
constexpr int mostEntries = 256;

template <typename Repeated>
std::vector<std::string> texts(const Repeated& from) {
    std::vector<std::string> to;
    for (int i = 0; i < std::min(from.size(), mostEntries); ++i)
        to.push_back(cleanText(from[i], shortText));
    return to;
}

double within(double value, double low, double high, double fallback) {
    return std::isfinite(value) ? std::clamp(value, low, high) : fallback;
}

/// Bytes of the UTF-8 character that `text` begins with; 0: it begins with none.
std::size_t characterBytes(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = first < 0x80                    ? 1
                               : first >= 0xc2 && first < 0xe0 ? 2
                               : first >= 0xe0 && first < 0xf0 ? 3
                               : first >= 0xf0 && first < 0xf5 ? 4
                                                               : 0;
    if (length == 0 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80)
            return 0;
    const auto second = length > 2 ? static_cast<unsigned char>(text[1]) : 0;
    const bool strange = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                         (first == 0xf0 && second < 0x90) ||
                         (first == 0xf4 && second > 0x8f); // too long, surrogate, too high
    return length > 2 && strange ? 0 : length;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : between) + word;
    return text;
}

} // namespace

std::string cleanText(std::string_view text, std::size_t most) {
    std::string clean;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = characterBytes(text.substr(at));
        if (clean.size() + std::max<std::size_t>(1, length) > most)
            break;
        const auto c = static_cast<unsigned char>(text[at]);
        if (length == 0)
            clean += '?';
        else if (length == 1)
            clean += c < 32 || c == 127 ? ' ' : char(c);
        else
            clean += text.substr(at, length);
        at += std::max<std::size_t>(1, length);
    }
    return clean;
}

Diagnostic problemOf(const wire::Problem& message) {
    auto problem = errorDiagnostic(cleanText(message.code(), 60), cleanText(message.message(), longText),
                                   cleanText(message.hint(), longText));
    if (problem.code.empty())
        problem.code = "agent.failed";
    problem.place.node = cleanText(message.node(), shortText);
    problem.place.tensor = cleanText(message.tensor(), shortText);
    return problem;
}

wire::Problem problemMessage(std::uint64_t request, const Diagnostic& problem) {
    wire::Problem message;
    message.set_request(request);
    message.set_code(cleanText(problem.code, 60));
    message.set_message(cleanText(problem.message, longText));
    message.set_hint(cleanText(problem.hint, longText));
    message.set_node(cleanText(problem.place.node, shortText));
    message.set_tensor(cleanText(problem.place.tensor, shortText));
    return message;
}

AgentInfo agentInfo(const wire::Welcome& message) {
    const auto& from = message.capabilities();
    AgentInfo info;
    info.protocol = message.protocol();
    info.software = cleanText(message.software(), shortText);
    info.architecture = cleanText(from.architecture(), shortText);
    info.cpu = cleanText(from.cpu(), shortText);
    info.cpuFeatures = texts(from.cpu_features());
    info.providers = texts(from.providers());
    info.sensors = texts(from.sensors());
    info.cores = int(std::min<std::uint32_t>(from.cores(), 4096));
    info.memoryBytes = from.memory_bytes();
    for (int i = 0; i < std::min(from.precisions_size(), mostEntries); ++i) {
        const auto& precision = from.precisions(i);
        info.precisions.push_back(
            {cleanText(precision.name(), shortText), precision.native(), cleanText(precision.how(), shortText)});
    }
    info.runtime = cleanText(from.runtime(), shortText);
    for (const auto& [key, value] : from.facts())
        info.facts.emplace(cleanText(key, shortText), cleanText(value, shortText));
    info.window = std::clamp<std::size_t>(message.window(), 1, 256);
    info.maxObjectBytes = message.max_object_bytes();
    return info;
}

void fillCapabilities(wire::Capabilities& message, const AgentInfo& info) {
    message.set_architecture(cleanText(info.architecture, shortText));
    message.set_cpu(cleanText(info.cpu, shortText));
    for (const auto& feature : info.cpuFeatures)
        message.add_cpu_features(cleanText(feature, shortText));
    message.set_cores(std::uint32_t(info.cores));
    message.set_memory_bytes(info.memoryBytes);
    for (const auto& provider : info.providers)
        message.add_providers(provider);
    for (const auto& precision : info.precisions) {
        auto* added = message.add_precisions();
        added->set_name(precision.name);
        added->set_native(precision.native);
        added->set_how(precision.how);
    }
    for (const auto& sensor : info.sensors)
        message.add_sensors(cleanText(sensor, shortText));
    message.set_runtime(cleanText(info.runtime, shortText));
    for (const auto& [key, value] : info.facts)
        (*message.mutable_facts())[cleanText(key, shortText)] = cleanText(value, shortText);
}

std::map<std::string, std::string> AgentInfo::capabilities() const {
    auto all = facts;
    all["architecture"] = architecture;
    all["cpu"] = cpu;
    all["cpu_features"] = joined(cpuFeatures, " ");
    all["cores"] = std::to_string(cores);
    all["memory"] = std::to_string(memoryBytes / 1024) + " kB";
    all["providers"] = joined(providers, ", ");
    std::vector<std::string> names;
    for (const auto& precision : precisions)
        names.push_back(precision.name + (precision.how.empty() ? "" : " (" + precision.how + ")"));
    all["precisions"] = joined(names, ", ");
    all["sensors"] = sensors.empty() ? "none" : joined(sensors, ", ");
    all["runtime"] = runtime;
    all["agent"] = software + ", protocol " + std::to_string(protocol);
    return all;
}

wire::ProfileRequest profileRequest(std::uint64_t request, const std::string& model, const ProfileOptions& options) {
    wire::ProfileRequest message;
    message.set_request(request);
    message.set_model(model);
    message.set_threads(std::uint32_t(std::max(0, options.threads)));
    message.set_batch(std::uint32_t(std::max(1, options.batch)));
    message.set_per_node(options.perNode);
    message.set_max_seconds(options.maxSeconds);
    message.set_min_runs(std::uint32_t(options.minRuns));
    message.set_max_runs(std::uint32_t(options.maxRuns));
    message.set_relative_width(options.relativeWidth);
    message.set_warmup_runs(std::uint32_t(options.warmupRuns));
    for (const int core : options.cores)
        message.add_cores(std::uint32_t(std::max(0, core)));
    return message;
}

ProfileOptions profileOptions(const wire::ProfileRequest& message) {
    ProfileOptions options;
    options.threads = int(std::min<std::uint32_t>(message.threads(), 1024));
    options.batch = int(std::clamp<std::uint32_t>(message.batch(), 1, 4096));
    options.perNode = message.per_node();
    options.maxSeconds = within(message.max_seconds(), 0, 3600, 10);
    options.maxRuns = std::clamp<std::uint32_t>(message.max_runs(), 1, 4000);
    options.minRuns = std::clamp<std::size_t>(message.min_runs(), 1, options.maxRuns);
    options.relativeWidth = within(message.relative_width(), 1e-6, 10, 0.02);
    options.warmupRuns = std::min<std::uint32_t>(message.warmup_runs(), 1000);
    for (int i = 0; i < std::min(message.cores_size(), 1024); ++i)
        options.cores.push_back(int(std::min<std::uint32_t>(message.cores(i), 1 << 16)));
    return options;
}

} // namespace lapidary
