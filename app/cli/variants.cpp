// SPDX-License-Identifier: GPL-3.0-or-later
#include "variants.h"

#include "format.h"

#include <map>

namespace lapidary::cli {

Json variantJson(const VariantSummary& variant) {
    const auto& record = variant.record;
    Json json;
    json.set("id", record.id);
    json.set("parent", record.parent);
    json.set("name", record.name);
    json.set("model_hash", record.modelHash);
    json.set("parameters", std::int64_t(record.parameters));
    json.set("bytes", std::int64_t(record.parameterBytes));
    json.set("file_bytes", std::int64_t(record.fileBytes));
    json.set("macs", std::int64_t(record.macs));
    if (variant.top1)
        json.set("top1", variant.top1->percent);
    if (variant.top5)
        json.set("top5", variant.top5->percent);
    if (variant.agreement)
        json.set("agreement", variant.agreement->percent);
    if (variant.sqnrDb)
        json.set("sqnr_db", *variant.sqnrDb);
    if (variant.latency) {
        json.set("device", variant.device);
        json.set("median_ms", variant.latency->median);
        json.set("ci95_ms", Json::Array{variant.latency->ciLow, variant.latency->ciHigh});
        json.set("stable", variant.latency->stable);
    }
    return json;
}

void printVariants(const std::vector<VariantSummary>& variants) {
    std::map<VariantId, int> depth;
    std::vector<std::vector<std::string>> rows = {
        {"id", "variant", "top-1 %", "agreement %", "file", "parameters", "MACs", "median ms", "± ms"}};
    for (const auto& variant : variants) {
        const auto& record = variant.record;
        depth[record.id] = record.parent > 0 ? depth[record.parent] + 1 : 0;
        rows.push_back({std::to_string(record.id), std::string(std::size_t(2 * depth[record.id]), ' ') + record.name,
                        variant.top1 ? fixed(variant.top1->percent) : "", variant.agreement ? fixed(variant.agreement->percent) : "",
                        bytesText(record.fileBytes), shortCount(record.parameters), shortCount(record.macs),
                        variant.latency ? fixed(variant.latency->median, 3) : "",
                        variant.latency ? fixed((variant.latency->ciHigh - variant.latency->ciLow) / 2, 3) : ""});
    }
    printTable(rows);
}

} // namespace lapidary::cli
