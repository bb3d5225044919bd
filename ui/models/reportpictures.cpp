// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/reportpictures.h"

#include "ui/graphview/diffsvg.h"
#include "ui/graphview/laidpicture.h"
#include "ui/models/diffpicturedecor.h"

namespace lapidary {

Result<ReportPicture> reportGraph(const AnalysedModelPtr& source, const AnalysedModelPtr& variant, const Work& work) {
    const ComparedModels models{source, variant, compareStructure(*source, *variant, true)};
    auto picture = foldUnchanged(buildDiffPicture(models), 1, {});
    const auto decor = buildDiffDecor(picture, models, DiffMetric::None, {});
    const auto laid = LaidPicture::make(std::move(picture.picture), {}, work.stop);
    if (!laid)
        return work.stopRequested() ? cancelledDiagnostic()
                                    : errorDiagnostic("layout.memory", "The picture does not fit into memory");
    SvgOptions light, dark;
    dark.dark = true;
    return ReportPicture{writeDiffSvg(*laid, decor, {}, light), writeDiffSvg(*laid, decor, {}, dark)};
}

} // namespace lapidary
