// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/inspectorpanel.h"

#include "ui/charts/histogramplot.h"
#include "ui/models/numbertext.h"
#include "ui/panels/nodehtml.h"

#include <QLabel>
#include <QTextBrowser>
#include <QTextDocument>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lapidary {

/// Spread of one weight tensor.
struct WeightSummary {
    HistogramBins bins;
    double minimum = 0, maximum = 0, mean = 0, deviation = 0;
    std::size_t count = 0;
    std::string problem;
};

namespace {

constexpr int binCount = 64;

std::shared_ptr<WeightSummary> summarize(const Tensor& tensor) {
    auto summary = std::make_shared<WeightSummary>();
    const auto values = toFloats(tensor);
    if (!values) {
        summary->problem = values.error().message;
        return summary;
    }
    summary->count = values->size();
    if (values->empty())
        return summary;
    const auto [low, high] = std::minmax_element(values->begin(), values->end());
    summary->minimum = *low;
    summary->maximum = *high;
    double sum = 0;
    double squares = 0;
    for (const float value : *values) {
        sum += value;
        squares += double(value) * value;
    }
    summary->mean = sum / double(values->size());
    summary->deviation = std::sqrt(std::max(0.0, squares / double(values->size()) - summary->mean * summary->mean));
    summary->bins = makeHistogram(std::span<const float>(*values), binCount);
    return summary;
}

} // namespace

InspectorPanel::InspectorPanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_text(new QTextBrowser(this)), m_weightTitle(new QLabel(this)),
      m_histogram(new HistogramPlot(this)), m_weights(this) {
    setObjectName(QStringLiteral("inspectorPanel"));
    m_text->setObjectName(QStringLiteral("inspectorText"));
    m_text->setOpenLinks(false);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->document()->setDocumentMargin(12);
    m_text->setAccessibleName(tr("Inspector"));
    m_weightTitle->setWordWrap(true);
    m_weightTitle->setContentsMargins(10, 4, 10, 0);
    m_histogram->setQuantity(tr("Weight"));
    m_histogram->setFixedHeight(150);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_weightTitle);
    layout->addWidget(m_histogram);
    connect(m_text, &QTextBrowser::anchorClicked, this, [this](const QUrl& url) { follow(url.toString()); });
    connect(&m_workspace.selection(), &NodeSelection::changed, this, &InspectorPanel::showCurrent);
    connect(&m_workspace, &Workspace::modelChanged, this, &InspectorPanel::showCurrent);
    connect(&m_workspace, &Workspace::measured, this, &InspectorPanel::showCurrent);
    showCurrent();
}

InspectorPanel::~InspectorPanel() = default;

void InspectorPanel::follow(const QString& link) {
    if (!link.startsWith(QStringLiteral("node:")))
        return;
    const NodeId id{link.mid(5).toUInt()};
    m_workspace.selection().set({id}, id);
}

void InspectorPanel::showCurrent() {
    m_weightTitle->hide();
    m_histogram->hide();
    m_weights.cancel();
    const auto model = m_workspace.model();
    if (!model) {
        m_text->setHtml(QStringLiteral("<p>%1</p>").arg(tr("Nothing is open.")));
        return;
    }
    const auto* node = model->model->graph->node(m_workspace.selection().current());
    if (!node) {
        m_text->setHtml(NodeHtml::model(*model));
        return;
    }
    m_text->setHtml(NodeHtml::node(*model, *node, m_workspace.profile() ? &*m_workspace.profile() : nullptr));
    showWeights(*node);
}

void InspectorPanel::showWeights(const Node& node) {
    const auto model = m_workspace.model();
    TensorPtr largest;
    std::string name;
    for (const auto id : node.inputs)
        if (auto tensor = model->model->graph->constant(id); tensor && (!largest || tensor->count() > largest->count())) {
            largest = std::move(tensor);
            name = model->model->graph->value(id)->name;
        }
    if (!largest || largest->count() < 2)
        return;
    m_weights.start([largest](const Work&) { return summarize(*largest); },
                    [this, name](std::shared_ptr<WeightSummary> summary) {
                        m_weightTitle->show();
                        if (!summary->problem.empty()) {
                            m_weightTitle->setText(QString::fromStdString(summary->problem));
                            return;
                        }
                        m_weightTitle->setText(tr("%1: %2 values, %3 to %4, mean %5, deviation %6")
                                                   .arg(QString::fromStdString(name), countText(summary->count))
                                                   .arg(summary->minimum, 0, 'g', 3)
                                                   .arg(summary->maximum, 0, 'g', 3)
                                                   .arg(summary->mean, 0, 'g', 2)
                                                   .arg(summary->deviation, 0, 'g', 2));
                        m_histogram->setBins(summary->bins);
                        m_histogram->show();
                    });
}

} // namespace lapidary
