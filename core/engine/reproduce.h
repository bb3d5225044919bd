// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"

namespace lapidary {

/// A variant made once more.
struct Reproduction {
    VariantId id = 0;
    std::string name;
    bool same = false;        ///< byte for byte
    std::string expectedHash; ///< SHA-256 of the model
    std::string hash;         ///< of what came out; empty if nothing did
    std::vector<Difference>
        differences;                   ///< what is not as it was; also filled where the bytes are the same all the same
    std::optional<Diagnostic> failure; ///< a pass that failed, a source that is damaged

    Json toJson() const; ///< {id, name, reproduced, expected_hash, hash, reason, differences[], failure{}}
    /// One sentence on why not; empty if it is the same.
    std::string reason() const;
};

/// Makes the variants again from their sources by their recipes, nothing stored but the sources taken, each shared part
/// of their history once, and compares. Writes nothing. Fails with "project.unknown", and when cancelled.
Result<std::vector<Reproduction>> reproduceVariants(const ProjectSession& session, const std::vector<VariantId>& ids,
                                                    const Work& work = {});

/// A model that a variant's recipe made out of a parent.
struct RemadeModel {
    std::string bytes, hash;
    Json provenance; ///< what it was made with this time, the data that there is included
};
Result<RemadeModel> remake(const ProjectSession& session, const VariantRecord& variant, ModelPtr parent,
                           const Work& work);

} // namespace lapidary
