// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/tradeoffspanel.h"

#include "ui/charts/tradeoffplot.h"
#include "ui/theme/themedicon.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QSettings>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace lapidary {

namespace {

const auto everyDevice = QStringLiteral("*"); // the choice of one plot for each

QString saved(const char* name, const char* fallback) {
    return QSettings().value(QStringLiteral("tradeoffs/") + QLatin1String(name), QLatin1String(fallback)).toString();
}

void chooseData(QComboBox& combo, const QVariant& data) {
    combo.setCurrentIndex(std::max(0, combo.findData(data)));
}

} // namespace

TradeoffsPanel::TradeoffsPanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_x(makeCombo("tradeoffX", tr("What is across"))),
      m_y(makeCombo("tradeoffY", tr("What is up"))),
      m_size(makeCombo("tradeoffSize", tr("What the area of a bubble shows"))),
      m_colour(makeCombo("tradeoffColour", tr("What the colours stand for"))),
      m_device(makeCombo("tradeoffDevice", tr("The device whose numbers are shown, or one plot for each"))),
      m_parallelButton(new QToolButton(this)), m_axesButton(new QToolButton(this)),
      m_exportButton(new QToolButton(this)), m_axesMenu(new QMenu(this)), m_limits(new QWidget(this)),
      m_limitAcross(new QDoubleSpinBox(m_limits)), m_limitUp(new QDoubleSpinBox(m_limits)),
      m_best(new QLabel(m_limits)), m_takeBest(new QPushButton(m_limits)), m_pages(new QStackedWidget(this)),
      m_columns(nullptr), m_parallel(new ParallelPlot(this)) {
    setObjectName(QStringLiteral("tradeoffsPanel"));
    auto* plane = new QWidget(this);
    m_columns = new QHBoxLayout(plane);
    m_columns->setContentsMargins(0, 0, 0, 0);
    m_columns->setSpacing(0);
    m_plots.push_back(makePlot());
    m_parallel->setObjectName(QStringLiteral("parallelPlot"));
    m_parallel->setEmptyText(tr("No variants to compare yet"));
    m_pages->addWidget(plane);
    m_pages->addWidget(m_parallel);
    makeBars();
    for (const auto& [by, text] :
         {std::pair(ColourBy::Technique, tr("Technique")), std::pair(ColourBy::Branch, tr("Branch")),
          std::pair(ColourBy::Device, tr("Device")), std::pair(ColourBy::Tag, tr("Tag"))})
        m_colour->addItem(text, int(by));
    chooseData(*m_colour, saved("colour", "0").toInt());
    fillCombos();
    for (auto* combo : {m_x, m_y, m_size, m_colour, m_device})
        connect(combo, &QComboBox::currentIndexChanged, this, [this] {
            if (m_updating)
                return;
            remember();
            showAll();
        });
    connect(&m_workspace, &Workspace::variantsChanged, this, [this] {
        fillCombos();
        showAll();
    });
    connect(&m_workspace, &Workspace::projectChanged, this, [this] {
        for (const auto axis : {LimitAxis::X, LimitAxis::Y})
            editLimit(axis, std::nullopt);
    });
    connect(m_parallel, &ParallelPlot::activated, this,
            [this](const QString& id) { m_workspace.setCurrent(variantOfPoint(id)); });
    connect(m_parallel, &ParallelPlot::selectionEdited, this, &TradeoffsPanel::tellSelection);
    showAll();
}

QComboBox* TradeoffsPanel::makeCombo(const char* name, const QString& tip) {
    auto* combo = new QComboBox(this);
    combo->setObjectName(QLatin1String(name));
    combo->setToolTip(tip);
    combo->setAccessibleName(tip);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    return combo;
}

void TradeoffsPanel::makeBars() {
    const auto bar = [] {
        auto* row = new QHBoxLayout;
        row->setContentsMargins(8, 6, 8, 0);
        row->setSpacing(8);
        return row;
    };
    auto* first = bar();
    auto* second = bar();
    const auto add = [this](QHBoxLayout* row, const QString& text, QComboBox* combo) {
        auto* label = new QLabel(text, this);
        label->setBuddy(combo);
        row->addWidget(label);
        row->addWidget(combo);
    };
    const auto button = [this](QToolButton* one, const char* name, const QString& text, const QString& icon,
                               const QString& tip) {
        one->setObjectName(QLatin1String(name));
        one->setText(text);
        one->setIcon(themedIcon(icon));
        one->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        one->setToolTip(tip);
    };
    add(first, tr("Across"), m_x);
    add(first, tr("Up"), m_y);
    add(first, tr("Bubble"), m_size);
    first->addStretch(1);
    add(second, tr("Colour"), m_colour);
    add(second, tr("Device"), m_device);
    second->addStretch(1);
    button(m_axesButton, "parallelAxes", tr("Axes"), QStringLiteral("settings"), tr("Which metrics have an axis"));
    m_axesButton->setPopupMode(QToolButton::InstantPopup);
    m_axesButton->setMenu(m_axesMenu);
    m_axesMenu->setToolTipsVisible(true);
    connect(m_axesMenu, &QMenu::aboutToShow, this, &TradeoffsPanel::fillAxesMenu);
    button(m_parallelButton, "parallelToggle", tr("Parallel axes"), QStringLiteral("chart"),
           tr("Every metric on an axis of its own, a line for each variant; off: the plane of two metrics"));
    m_parallelButton->setCheckable(true);
    connect(m_parallelButton, &QToolButton::toggled, this, &TradeoffsPanel::showAll);
    button(m_exportButton, "tradeoffExport", tr("Export…"), QStringLiteral("export"),
           tr("Write this as PNG, SVG, PDF or CSV"));
    connect(m_exportButton, &QToolButton::clicked, this, &TradeoffsPanel::exportShown);
    for (auto* one : {m_axesButton, m_parallelButton, m_exportButton})
        second->addWidget(one);
    m_limits->setLayout(makeLimits());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(first);
    layout->addLayout(second);
    layout->addWidget(m_limits);
    layout->addWidget(m_pages, 1);
}

QHBoxLayout* TradeoffsPanel::makeLimits() {
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 6, 8, 6);
    row->setSpacing(8);
    const auto limit = [&](QDoubleSpinBox* spin, const char* name, const QString& text, LimitAxis axis) {
        spin->setObjectName(QLatin1String(name));
        spin->setToolTip(tr("A limit for the variants; its line can be dragged. Least value: no limit."));
        spin->setKeyboardTracking(false);
        auto* label = new QLabel(text, m_limits);
        label->setBuddy(spin);
        row->addWidget(label);
        row->addWidget(spin);
        connect(spin, &QDoubleSpinBox::valueChanged, this, [this, spin, axis](double value) {
            if (!m_updating)
                editLimit(axis, value <= spin->minimum() ? std::nullopt : std::optional(value));
        });
    };
    limit(m_limitAcross, "limitAcross", tr("Limit across"), LimitAxis::X);
    limit(m_limitUp, "limitUp", tr("up"), LimitAxis::Y);
    m_best->setObjectName(QStringLiteral("limitBest"));
    m_best->setTextFormat(Qt::RichText);
    m_best->setWordWrap(true);
    m_takeBest->setObjectName(QStringLiteral("takeBest"));
    m_takeBest->setText(tr("Show it"));
    m_takeBest->setToolTip(tr("Make the best variant inside the limits the current one"));
    connect(m_takeBest, &QPushButton::clicked, this, [this] {
        if (const auto id = plot()->bestId(); !id.isEmpty())
            m_workspace.setCurrent(variantOfPoint(id));
    });
    row->addWidget(m_best, 1);
    row->addWidget(m_takeBest);
    return row;
}

TradeoffPlot* TradeoffsPanel::makePlot() {
    auto* column = new QWidget(this);
    auto* stack = new QVBoxLayout(column);
    stack->setContentsMargins(0, 0, 0, 0);
    stack->setSpacing(0);
    auto* title = new QLabel(column);
    title->setContentsMargins(12, 4, 12, 4);
    title->setTextFormat(Qt::PlainText);
    auto* made = new TradeoffPlot(column);
    made->setObjectName(m_plots.empty() ? QStringLiteral("tradeoffPlot")
                                        : QStringLiteral("tradeoffPlot%1").arg(m_plots.size() + 1));
    made->setEmptyText(tr("No variant has both numbers yet"),
                       tr("Evaluate variants for their accuracy (F6) and profile them for their latency (F5)."));
    stack->addWidget(title);
    stack->addWidget(made, 1);
    m_columns->addWidget(column, 1);
    m_plotTitles.push_back(title);
    connect(made, &TradeoffPlot::activated, this,
            [this](const QString& id) { m_workspace.setCurrent(variantOfPoint(id)); });
    connect(made, &TradeoffPlot::selectionEdited, this, &TradeoffsPanel::tellSelection);
    connect(made, &TradeoffPlot::limitEdited, this, [this](LimitAxis axis, double value) { editLimit(axis, value); });
    connect(made, &TradeoffPlot::limitRemoved, this, [this](LimitAxis axis) { editLimit(axis, std::nullopt); });
    connect(made, &TradeoffPlot::partEdited, this, [this, made](const QRectF& part) {
        for (auto* other : m_plots)
            if (other != made)
                other->showPart(part);
    });
    return made;
}

void TradeoffsPanel::remember() const {
    QSettings settings;
    for (const auto& [name, combo] : {std::pair("x", m_x), std::pair("y", m_y), std::pair("size", m_size),
                                      std::pair("colour", m_colour), std::pair("device", m_device)})
        settings.setValue(QStringLiteral("tradeoffs/") + QLatin1String(name), combo->currentData());
}

void TradeoffsPanel::fillCombos() {
    const QScopedValueRollback guard(m_updating, true);
    fillMetrics(*m_x, saved("x", "latency_ms"), false);
    fillMetrics(*m_y, saved("y", "top1"), false);
    fillMetrics(*m_size, saved("size", "file_bytes"), true);
    fillDevices();
}

void TradeoffsPanel::fillMetrics(QComboBox& combo, const QString& fallback, bool withNone) {
    const auto chosen = combo.count() > 0 ? combo.currentData() : QVariant(fallback);
    std::vector<VariantMetric> metrics;
    for (auto metric : variantMetrics(m_workspace.variants())) {
        metric.device.clear(); // the device is chosen apart
        if (std::find(metrics.begin(), metrics.end(), metric) == metrics.end())
            metrics.push_back(metric);
    }
    if (const auto latency = variantMetric("latency_ms");
        std::find(metrics.begin(), metrics.end(), latency) == metrics.end())
        metrics.push_back(latency);
    combo.clear();
    if (withNone)
        combo.addItem(tr("All alike"), QString());
    for (const auto& metric : metrics) {
        combo.addItem(metric.family(), metric.id());
        combo.setItemData(combo.count() - 1, metric.explanation(), Qt::ToolTipRole);
    }
    const int same = combo.findData(chosen);
    combo.setCurrentIndex(std::max(0, same >= 0 ? same : combo.findData(fallback)));
}

void TradeoffsPanel::fillDevices() {
    const auto chosen = m_device->count() > 0 ? m_device->currentData() : QVariant(saved("device", "host"));
    m_device->clear();
    const auto known = devices();
    for (const auto& device : known)
        m_device->addItem(device == "host" ? tr("This computer") : QString::fromStdString(device),
                          QString::fromStdString(device));
    if (known.size() > 1)
        m_device->addItem(tr("Side by side"), everyDevice);
    chooseData(*m_device, chosen);
}

std::vector<std::string> TradeoffsPanel::devices() const {
    auto known = measuredDevices(m_workspace.variants());
    if (known.empty())
        known.push_back("host");
    return known;
}

bool TradeoffsPanel::sideBySide() const {
    return m_device->currentData().toString() == everyDevice;
}

TradeoffQuestion TradeoffsPanel::question() const {
    TradeoffQuestion question;
    question.x = m_x->currentData().toString().toStdString();
    question.y = m_y->currentData().toString().toStdString();
    question.size = m_size->currentData().toString().toStdString();
    question.colour = ColourBy(m_colour->currentData().toInt());
    question.device = sideBySide() ? devices().front() : m_device->currentData().toString().toStdString();
    return question;
}

void TradeoffsPanel::select(const QList<VariantId>& ids) {
    m_selected = ids;
    selectPoints();
}

void TradeoffsPanel::selectPoints() {
    QStringList texts;
    for (const auto id : m_selected)
        texts.append(QString::number(id));
    m_parallel->setSelectedIds(texts);
    for (auto* plot : m_plots) {
        QStringList points = texts;
        for (const auto& point : plot->points())
            if (point.id.contains(u'@') && m_selected.contains(variantOfPoint(point.id)))
                points.append(point.id);
        plot->setSelectedIds(points);
    }
}

void TradeoffsPanel::tellSelection(const QStringList& pointIds) {
    m_selected.clear();
    for (const auto& id : pointIds)
        if (const auto variant = variantOfPoint(id); !m_selected.contains(variant))
            m_selected.append(variant);
    selectPoints();
    Q_EMIT selectionEdited(m_selected);
}

} // namespace lapidary
