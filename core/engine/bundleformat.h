// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/preprocess.h"
#include "runtime/session.h"

namespace lapidary {

/// One golden: what goes in and what comes out, as files of the bundle.
struct BundleGolden {
    std::string name;    ///< of the sample in the dataset it came from, without its folder
    std::string raw;     ///< before preprocessing: a PPM or PGM picture, or an array; empty: made-up inputs
    std::size_t row = 0; ///< of `raw`, when it is an array
    std::optional<std::int64_t> label; ///< as the data says it, without offset
    std::vector<std::string> inputs;   ///< .npy, in the order of BundleDescription::inputs
    std::vector<std::string> outputs;  ///< .npy, in the order of BundleDescription::outputs
};

/// What bundle.json says: everything another program needs to run the model as it was meant, and what was measured.
/// Plain value.
struct BundleDescription {
    static constexpr std::int64_t formatVersion = 1;
    static constexpr auto fileName = "bundle.json";

    std::string name;
    std::string versions; ///< of Lapidary and the runtime that wrote it
    std::string modelFile;
    std::string modelHash;   ///< SHA-256 of the model file, followed by its file of weights if it has one
    std::string variantHash; ///< of the variant before the model card was written into it
    std::string sourceHash;  ///< of the model the recipe starts from
    Json modelFacts;         ///< file_bytes, parameters, macs, opset …
    std::vector<PortInfo> inputs, outputs;
    std::optional<Preprocess> preprocess; ///< absent: nothing is known about the data
    std::int64_t labelOffset = 0;         ///< output index = label + offset
    std::vector<std::string> classes;     ///< by label; also in classes.txt
    Json recipes;                         ///< from the source to the model, in order; array of Recipe::toJson
    Json measured;                        ///< "evaluation" and "profiles", as the engine measured them
    std::vector<BundleGolden> goldens;
    Shape goldenInputShape;               ///< of the input the data goes to, as it was fed
    double preprocessTolerance = 0;       ///< largest difference of an input's numbers
    std::vector<double> outputTolerances; ///< per output, as a share of its largest magnitude

    Json toJson() const;
    /// Fails with "json.syntax", "bundle.format" (says which key), "bundle.newer". Whatever comes: names of files are
    /// safe (isBundlePath) and numbers are finite.
    static Result<BundleDescription> parse(std::string_view text);
};

/// A relative path of plain components: no "..", nothing hidden, no backslash or control character, not too long.
bool isBundlePath(std::string_view path);

} // namespace lapidary
