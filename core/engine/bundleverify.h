// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/progress.h"

#include <filesystem>
#include <optional>

namespace lapidary {

/// One thing that was looked at.
struct BundleCheck {
    enum class State { Passed, Failed, Skipped };
    std::string id; ///< "files", "description", "model", "preprocessing", "inference", "accuracy"
    State state = State::Passed;
    std::string subject; ///< a file, a golden; empty: the bundle
    std::string text;    ///< what was found, for people
    std::string hint;    ///< what to do about it; set when it failed
    std::optional<double> found, allowed;
};

struct BundleVerification {
    std::string name;
    std::string madeWith; ///< versions
    std::string checkedWith;
    std::vector<BundleCheck> checks;
    bool passed() const; ///< none failed
    Json toJson() const; ///< passed, name, checks[] …
};

struct VerifyOptions {
    int threads = 1;
    std::filesystem::path dataset; ///< measure the accuracy again on this; empty: do not
};

/// Looks at everything a bundle promises: the checksums, that the model loads and has the promised ports, that the raw
/// samples preprocess to the recorded inputs, that these give the recorded outputs, and with a dataset that the
/// accuracy is the recorded one. What differs is a failed check. The bundle may be hostile: nothing outside of its
/// folder is read, no link is followed, files have the sizes their headers say or are refused. An archive is unpacked
/// to a temporary folder first. Fails only with "bundle.no_sums" (no bundle), "bundle.sums", "bundle.outside",
/// "base.cancelled", and what UnpackedArchive fails with.
Result<BundleVerification> verifyBundle(const std::filesystem::path& place, const VerifyOptions& options = {},
                                        const Work& work = {});

} // namespace lapidary
