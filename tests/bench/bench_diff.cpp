// SPDX-License-Identifier: GPL-3.0-or-later
// Two networks of ten thousand nodes compared and drawn as one: without names, shuffled, 5 % edited. Reach: matching
// in 1 s; opening in about a second, the layout of the union aside.
#include "bench/measure.h"
#include "tests/core/graph/editednetworks.h"
#include "tests/support/analysed.h"
#include "ui/graphview/laidpicture.h"
#include "ui/models/diffpicturedecor.h"

#include <cstdio>

using namespace lapidary;
using namespace lapidary::test;

namespace {

class Stopwatch {
public:
    double lap() {
        const double now = bench::wallSeconds(), ms = 1000 * (now - m_last);
        m_last = now;
        return ms;
    }

private:
    double m_last = bench::wallSeconds();
};

void measure(const char* kind, const Network& network, bool named) {
    WriteOptions options;
    options.names = named;
    options.shuffled = true;
    const auto a = write(network), b = write(edited(network, 0.05, 1), options);
    const auto quality = matchQuality(a, b);
    ComparedModels models{analysedAsDeclared(a.model), analysedAsDeclared(b.model), {}};
    Stopwatch watch;
    const auto matching = matchGraphs(*a.model->graph, *b.model->graph);
    const double match = watch.lap();
    models.comparison = compareStructure(*models.a, *models.b);
    const double diff = watch.lap();
    const auto full = buildDiffPicture(models);
    const double join = watch.lap();
    const auto decor = buildDiffDecor(full, models, DiffMetric::None, {});
    const double decorate = watch.lap();
    const auto folded = foldUnchanged(full, 1, {});
    const double fold = watch.lap();
    const auto laid = LaidPicture::make(full.picture);
    const double layout = watch.lap();
    std::printf(
        "%-12s %-8s %zu nodes: match %.0f ms (ratio to 1 s: %.2f), match and compare %.0f, union %.0f, decor %.0f,\n"
        "  fold %.0f (to %zu nodes), layout of the union %.0f (%u nodes); precision %.4f, recall %.4f, %zu matches\n",
        kind, named ? "named" : "nameless", a.model->graph->nodeCount(), match, match / 1000, diff, join, decorate,
        fold, folded.picture.nodes.size(), layout, laid ? laid->nodeCount() : 0, quality.precision(), quality.recall(),
        matching.matches.size());
    if (!laid || decor.nodes.empty())
        std::printf("  nothing drawn\n");
}

} // namespace

int main() {
    for (const bool named : {true, false}) {
        measure("residual", residualNetwork(10'000), named);
        measure("inception", inceptionNetwork(10'000), named);
        measure("transformer", transformerNetwork(10'000), named);
    }
    return 0;
}
