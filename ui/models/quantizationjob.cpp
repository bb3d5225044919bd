// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/quantizationjob.h"

#include "eval/calibrator.h"

#include <QCoreApplication>

#include <thread>

namespace lapidary {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(lapidary::QuantizationJob)
};

} // namespace

QString whyNotQuantize(const Workspace& workspace) {
    if (!workspace.model())
        return Texts::tr("Open a model first");
    if (!workspace.engine().passes().find(int8Pass))
        return Texts::tr("The plugin that quantizes to 8 bits is missing");
    if (!workspace.hasDataset("calibration") && !workspace.hasDataset("evaluation"))
        return Texts::tr("The project has no calibration or evaluation data (File menu)");
    return {};
}

void applyToWholeGraph(Workspace& workspace, const RecipeStep& step) {
    const auto before = workspace.pinnedScope();
    workspace.pinScope(Workspace::PinnedScope{Texts::tr("Scope: the whole graph"), {}});
    workspace.apply(step); // takes the scope of this moment
    workspace.pinScope(before);
}

Result<std::unique_ptr<CalibrationProvider>> projectCalibrator(const ProjectSession& session, std::size_t samples) {
    auto data = session.dataset("calibration");
    if (data && !*data)
        data = session.dataset("evaluation");
    if (!data)
        return data.status();
    if (!*data)
        return errorDiagnostic("quantize.no_data", "The project has no calibration data and no evaluation data.",
                               "Choose a dataset in the File menu; labels are not needed.");
    CalibratorOptions options;
    options.samples = samples;
    options.threads = int(std::max(1u, std::thread::hardware_concurrency()));
    return makeCalibrator(*data, options);
}

} // namespace lapidary
