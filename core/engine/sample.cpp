// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sample.h"

#include <QCoreApplication>
#include <QDir>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace lapidary {

std::filesystem::path sampleFolder() {
    const auto given = qEnvironmentVariable("LAPIDARY_RESOURCES");
    if (!given.isEmpty())
        return std::filesystem::path(given.toStdString()) / "sample";
    const auto beside = QDir(QCoreApplication::applicationDirPath()).filePath(QStringLiteral("../share/lapidary/sample"));
    return QDir::cleanPath(beside).toStdString();
}

Result<std::unique_ptr<ProjectSession>> openSampleProject(const Engine& engine, const std::filesystem::path& folder,
                                                          const Work& work) {
    auto project = Project::isProject(folder) ? Project::open(folder) : Project::create(folder);
    if (!project)
        return project.status();
    auto session = std::make_unique<ProjectSession>(engine, std::move(*project));
    const auto variants = session->project().variants(true);
    if (!variants)
        return variants.status();
    if (variants->empty()) {
        const auto sample = sampleFolder();
        if (auto id = session->importModel(sample / "fashion.onnx", "fashion", work); !id)
            return id.status();
        for (const auto& [role, file] : {std::pair("evaluation", "fashion-test.json"), std::pair("calibration", "fashion-train.json")})
            if (auto status = session->setDataset(role, sample / file); !status)
                return status;
    }
    return session;
}

Result<std::vector<Recipe>> sampleRecipes() {
    std::vector<std::filesystem::path> files;
    std::error_code problem;
    for (const auto& entry : std::filesystem::directory_iterator(sampleFolder() / "recipes", problem))
        if (entry.path().extension() == ".json")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<Recipe> recipes;
    for (const auto& path : files) {
        std::ifstream file(path, std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        auto recipe = Recipe::parse(text.str());
        if (!recipe)
            return Diagnostic(recipe.error()).inFile(path.string());
        recipes.push_back(std::move(*recipe));
    }
    return recipes;
}

} // namespace lapidary
