// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/accuracystrip.h"

#include "ui/models/estimatetext.h"
#include "ui/models/numbertext.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPainter>

namespace lapidary {

namespace {

/// Where the accuracy lies on a scale from 0 to 100 %: a line for a measured one, a pale span for an estimate that
/// narrows, and below it how much of the data was seen.
class IntervalBar final : public QWidget {
public:
    explicit IntervalBar(QWidget* parent) : QWidget(parent) { setFixedHeight(10); }

    void set(double low, double high, double value, double seen, bool estimate) {
        m_low = low, m_high = high, m_value = value, m_seen = seen, m_estimate = estimate;
        update();
    }
    void clear() { set(0, 0, -1, 0, false); }

protected:
    void paintEvent(QPaintEvent*) override {
        const auto theme = Theme::of(palette());
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        const QRectF track(0, 0, width(), 6);
        painter.setBrush(theme.separator);
        painter.drawRoundedRect(track, 3, 3);
        if (m_value < 0)
            return;
        const auto x = [&](double percent) { return width() * qBound(0.0, percent, 100.0) / 100; };
        const QColor color = m_estimate ? theme.estimate : theme.measurement;
        QRectF span(x(m_low), 0, qMax(2.0, x(m_high) - x(m_low)), track.height());
        QColor inside = color;
        inside.setAlphaF(m_estimate ? 0.35f : 1.0f);
        painter.setBrush(inside);
        painter.drawRect(span);
        painter.setBrush(color);
        painter.drawRect(QRectF(x(m_value) - 1, 0, 2, track.height()));
        if (m_estimate)
            painter.drawRect(QRectF(0, 8, width() * m_seen, 2));
    }

private:
    double m_low = 0, m_high = 0, m_value = -1, m_seen = 0;
    bool m_estimate = false;
};

IntervalBar& bar(QWidget* widget) {
    return *static_cast<IntervalBar*>(widget);
}

} // namespace

AccuracyStrip::AccuracyStrip(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_values(new QLabel(this)), m_change(new QLabel(this)),
      m_seen(new QLabel(this)), m_bar(new IntervalBar(this)),
      m_toggle(new QCheckBox(tr("Evaluate after each change"), this)) {
    setObjectName(QStringLiteral("accuracyStrip"));
    m_values->setObjectName(QStringLiteral("accuracyValues"));
    m_values->setAlignment(Qt::AlignRight);
    m_change->setObjectName(QStringLiteral("accuracyChange"));
    m_change->setAlignment(Qt::AlignRight);
    m_seen->setObjectName(QStringLiteral("accuracySeen"));
    m_seen->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("50,000 of 50,000 ")));
    m_toggle->setObjectName(QStringLiteral("evaluateAfterChangeBox"));
    m_toggle->setToolTip(
        tr("Measure the accuracy of every new variant at once. Only what an edit changed is run again."));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(1, 1);
    grid->addWidget(new QLabel(tr("Accuracy"), this), 0, 0);
    grid->addWidget(m_values, 0, 1);
    grid->addWidget(m_bar, 1, 0, 1, 2);
    grid->addWidget(m_seen, 2, 0);
    grid->addWidget(m_change, 2, 1);
    grid->addWidget(m_toggle, 3, 0, 1, 2);

    auto& runs = m_workspace.accuracy();
    m_toggle->setChecked(runs.afterEachChange());
    connect(m_toggle, &QCheckBox::toggled, &runs, &AccuracyRuns::setAfterEachChange);
    connect(&runs, &AccuracyRuns::afterEachChangeChanged, m_toggle, &QCheckBox::setChecked);
    connect(&runs, &AccuracyRuns::runningChanged, this, [this](qlonglong id) {
        if (id == m_workspace.current())
            show();
    });
    connect(&m_workspace, &Workspace::variantsChanged, this, &AccuracyStrip::show);
    connect(&m_workspace, &Workspace::currentChanged, this, &AccuracyStrip::show);
    show();
}

const VariantSummary* AccuracyStrip::sourceOf(const VariantSummary& variant) const {
    const auto* at = &variant;
    while (at->record.parent > 0) {
        const auto* above = m_workspace.variant(at->record.parent);
        if (!above)
            break;
        at = above;
    }
    return at == &variant ? nullptr : at;
}

void AccuracyStrip::paintAsEstimate(bool estimate) {
    m_estimate = estimate;
    const auto theme = Theme::of(palette());
    auto font = this->font();
    font.setItalic(estimate);
    for (auto* label : {m_values, m_change}) {
        auto colors = label->palette();
        colors.setColor(QPalette::WindowText, estimate ? theme.estimate : theme.text);
        label->setPalette(colors);
        label->setFont(font);
    }
    auto colors = m_seen->palette();
    colors.setColor(QPalette::WindowText, theme.muted);
    m_seen->setPalette(colors);
}

void AccuracyStrip::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    // A new style sheet gives the labels the palettes back that they had before.
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        paintAsEstimate(m_estimate);
}

void AccuracyStrip::show() {
    const auto* variant = m_workspace.variant(m_workspace.current());
    if (const auto* running = m_workspace.accuracy().running(m_workspace.current())) {
        showRunning(*running);
    } else if (variant && variant->early) {
        showRunning(*variant->early);
        m_seen->setToolTip(m_values->toolTip());
    } else if (variant && (variant->top1 || variant->agreement)) {
        showMeasured(*variant);
    } else {
        paintAsEstimate(false);
        m_values->setText(tr("–"));
        m_change->clear();
        m_seen->setText(!variant                               ? QString()
                        : m_workspace.hasDataset("evaluation") ? tr("Not measured")
                                                               : tr("No evaluation data is set"));
        m_values->setToolTip({});
        bar(m_bar).clear();
    }
}

void AccuracyStrip::showRunning(const EvaluationResult& running) {
    const bool labels = running.top1.has_value();
    const auto& share = labels ? running.top1 : running.agreement;
    const auto& ofAll = labels ? running.top1OfAll : running.agreementOfAll;
    const auto* variant = m_workspace.variant(m_workspace.current());
    const auto* source = variant ? sourceOf(*variant) : nullptr;
    const QString text = EstimateText::share(share, ofAll);
    paintAsEstimate(true);
    m_values->setText(labels && source && source->top1 ? tr("%1 → %2").arg(percentText(source->top1->percent), text)
                                                       : text);
    m_values->setToolTip(EstimateText::explained(running, ofAll));
    m_change->setText(EstimateText::change(running.drop));
    m_change->setToolTip(
        tr("Change of the accuracy against the source on the same samples, with its 95 % interval for all of them"));
    m_seen->setText(running.samples > 0 ? EstimateText::seen(running) : tr("Starting…"));
    if (share && ofAll && running.population > 0)
        bar(m_bar).set(ofAll->low, ofAll->high, share->percent, double(running.samples) / double(running.population),
                       true);
    else
        bar(m_bar).clear();
}

void AccuracyStrip::showMeasured(const VariantSummary& variant) {
    const auto& share = variant.top1 ? variant.top1 : variant.agreement;
    const auto* source = sourceOf(variant);
    const bool both = variant.top1 && source && source->top1;
    paintAsEstimate(false);
    m_values->setText(both ? tr("%1 → %2").arg(percentText(source->top1->percent), percentText(share->percent))
                           : percentText(share->percent));
    m_values->setToolTip(
        variant.top1 ? tr("Top-1, 95 % interval %1 to %2").arg(percentText(share->low), percentText(share->high))
                     : tr("Share of samples with the same answer as the source"));
    m_change->setText(both ? EstimateText::points(share->percent - source->top1->percent) : QString());
    m_change->setToolTip(tr("Change of the accuracy against the source"));
    m_seen->setText(tr("%n sample(s)", nullptr, int(variant.samples)));
    bar(m_bar).set(share->low, share->high, share->percent, 1, false);
}

} // namespace lapidary
