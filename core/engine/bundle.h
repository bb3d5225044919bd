// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/bundleformat.h"
#include "engine/modelcard.h"
#include "engine/projectsession.h"

namespace lapidary {

/// What a bundle is made of.
struct BundleSource {
    std::string name;
    AnalysedModelPtr model;
    std::filesystem::path
        dataset; ///< its preprocessing and classes go along, and its samples become goldens; may be empty
    std::string sourceHash, variantHash;
    Json recipes = Json::Array{};   ///< from the source, with the versions of the passes
    Json measured = Json::Object{}; ///< see BundleDescription
};

/// A variant with everything the project knows of it. Fails with what the project fails with.
Result<BundleSource> bundleSourceOf(ProjectSession& session, VariantId id, const Work& work = {});
/// A model that belongs to no project.
Result<BundleSource> bundleSourceOf(AnalysedModelPtr model, const std::filesystem::path& dataset);

/// What BundleSource::measured keeps of an evaluation and a profile made on this computer just now.
Json evaluationForBundle(const EvaluationResult& result, const Dataset& data);
Json profileForBundle(const Profile& profile);

/// The recipes from the source to a variant, in order, each step with the version of the pass that made it.
Result<Json> recipesOf(const Project& project, VariantId id);
/// The card of a variant; nullopt for a model as it was imported, which is exported untouched.
Result<std::optional<ModelCard>> modelCardFor(const Project& project, VariantId id);

struct BundleOptions {
    std::size_t goldens = 4;
    bool samples = true;  ///< the programs in C++ and Python
    bool replace = false; ///< a bundle that is there already
};

struct WrittenBundle {
    std::filesystem::path place;
    BundleDescription description;
    std::size_t files = 0;
    std::uint64_t bytes = 0; ///< of all files, or of the archive
};

/// Writes a folder, or one archive if `place` ends in .zip: model.onnx, bundle.json, golden/, golden.json, classes.txt,
/// samples/, README.md, LICENCES.md and SHA256SUMS. All or nothing: it is made beside its place and renamed. The same
/// source gives the same bytes. Fails with "bundle.exists", "file.write" (a full disk says so), "bundle.*", and what
/// datasets and runtime fail with.
Result<WrittenBundle> writeBundle(const BundleSource& source, const std::filesystem::path& place,
                                  const BundleOptions& options = {}, const Work& work = {});

} // namespace lapidary
