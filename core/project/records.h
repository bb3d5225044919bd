// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lapidary {

/// Row numbers of project.db; 0 is invalid.
using VariantId = std::int64_t;
using RecordId = std::int64_t;

/// An immutable model made from its parent by recipe steps (the root: imported). Name, note, tags,
/// colour and `deleted` may change.
struct VariantRecord {
    VariantId id = 0;
    VariantId parent = 0; ///< smaller than `id`; 0: a source model
    std::string name;
    std::string note;
    Json recipe;            ///< the steps from the parent to here (Recipe::toJson); null for a source
    Json report;            ///< what the passes said (array of StepReport::toJson)
    std::string modelHash;  ///< modelHash() of the model
    std::string blob;       ///< where its bytes are in the blob store
    std::string sourcePath; ///< the file a source came from
    std::uint64_t parameters = 0, parameterBytes = 0, macs = 0, fileBytes = 0;
    std::string dataHash;       ///< of the calibration data used, if any
    std::string versions;       ///< Lapidary, runtime
    std::int64_t createdMs = 0; ///< since 1970, UTC
    bool deleted = false;
    std::vector<std::string> tags; ///< as given, no two alike
    std::string color;             ///< "#rrggbb"; empty: none
    Json provenance;               ///< what it was made with, see engine/provenance.h; null: not recorded
};

struct DatasetRecord {
    RecordId id = 0;
    std::string name;
    std::string path; ///< relative to the project folder where possible
    std::string hash;
    std::string role; ///< "evaluation", "calibration"
    std::uint64_t samples = 0;
};

/// One evaluation or profile of one variant: the payload is what the engine measured, with the environment it was
/// measured in.
struct RunRecord {
    RecordId id = 0;
    VariantId variant = 0;
    std::string kind;    ///< "evaluation", "profile"
    std::string key;     ///< identifies what was asked (model, data, device, settings): equal keys need no second run
    std::string subject; ///< dataset hash or device id
    Json settings;
    Json result;
    Json environment;
    std::int64_t createdMs = 0;
};

} // namespace lapidary
