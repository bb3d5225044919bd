// SPDX-License-Identifier: GPL-3.0-or-later
// How the graph panel's nodes look: texts, badges, colours by value; and the graph as a file.
#include "ui/panels/graphpanel.h"

#include "ui/graphview/graphview.h"
#include "ui/models/aggregatedecor.h"
#include "ui/panels/graphexport.h"
#include "ui/panels/graphgroups.h"

#include <QComboBox>
#include <QFileDialog>
#include <QSettings>
#include <QSlider>

namespace lapidary {

namespace {

NodeMetric metricOf(Overlay overlay) {
    switch (overlay) {
    case Overlay::Time:
        return NodeMetric::Time;
    case Overlay::Macs:
        return NodeMetric::Macs;
    case Overlay::Parameters:
        return NodeMetric::Parameters;
    case Overlay::Bytes:
        return NodeMetric::Bytes;
    default:
        return NodeMetric::Sparsity;
    }
}

std::optional<Workspace::ValueSource> sourceOf(Overlay overlay) {
    switch (overlay) {
    case Overlay::Sensitivity:
        return Workspace::ValueSource::Sensitivity;
    case Overlay::Error:
        return Workspace::ValueSource::Error;
    case Overlay::File:
        return Workspace::ValueSource::File;
    default:
        return std::nullopt;
    }
}

} // namespace

void GraphLook::load() {
    const QSettings settings;
    const auto flag = [&](const char* name, bool fallback) {
        return settings.value(QStringLiteral("graph/") + QLatin1String(name), fallback).toBool();
    };
    texts.weights = flag("weights", texts.weights);
    texts.constants = flag("constants", texts.constants);
    texts.names = flag("names", texts.names);
    texts.attributes = flag("attributes", texts.attributes);
    texts.shapes = flag("shapes", texts.shapes);
    badges = flag("badges", badges);
    scale = ScaleChoice(qBound(0, settings.value(QStringLiteral("graph/scale"), 0).toInt(), 2));
}

void GraphLook::save() const {
    QSettings settings;
    settings.setValue(QStringLiteral("graph/weights"), texts.weights);
    settings.setValue(QStringLiteral("graph/constants"), texts.constants);
    settings.setValue(QStringLiteral("graph/names"), texts.names);
    settings.setValue(QStringLiteral("graph/attributes"), texts.attributes);
    settings.setValue(QStringLiteral("graph/shapes"), texts.shapes);
    settings.setValue(QStringLiteral("graph/badges"), badges);
    settings.setValue(QStringLiteral("graph/scale"), int(scale));
}

void GraphPanel::setLook(const GraphLook& look) {
    const bool relay = look.texts != m_look.texts;
    m_look = look;
    m_look.save();
    if (relay)
        rebuildPicture();
    else
        rebuildDecor();
}

void GraphPanel::rebuildDecor() {
    const auto model = m_workspace.model();
    if (!model)
        return;
    DecorInput input;
    input.model = model;
    input.overlay = Overlay(m_overlay->currentData().toInt());
    input.preview = m_workspace.preview();
    input.threshold = m_threshold->isEnabled() ? m_threshold->value() / 100.0 : 0;
    input.scale = m_look.scale;
    input.badges = m_look.badges;
    if (m_look.badges)
        input.sparsity = m_workspace.sparsity();
    if (const auto source = sourceOf(input.overlay)) {
        if (const auto* values = m_workspace.nodeValues(*source))
            input.nodeValues = *values;
    } else if (hasNumbers(input.overlay)) {
        input.values = nodeMetric(*model, metricOf(input.overlay),
                                  m_workspace.profile() ? &*m_workspace.profile() : nullptr, m_workspace.sparsity());
    }
    const auto& selected = m_workspace.selection().nodes();
    if (!input.preview && !selected.empty()) {
        input.selected.assign(selected.begin(), selected.end());
        input.couplings = m_workspace.couplings();
    }
    auto decor = DecorBuilder::build(input);
    if (const auto scene = m_groups->scene())
        decor = aggregateDecor(std::move(decor), *scene, DecorBuilder::groupValues(input));
    m_view->setDecor(std::make_shared<GraphDecor>(std::move(decor)));
}

void GraphPanel::chooseValues() {
    const auto file = QFileDialog::getOpenFileName(this, tr("Values of nodes"), m_workspace.nodeValuesFile(),
                                                   tr("Values of nodes (*.csv *.tsv *.json);;All files (*)"));
    if (!file.isEmpty())
        showValues(file);
}

void GraphPanel::showValues(const QString& file) {
    setOverlay(Overlay::File);
    m_workspace.openNodeValues(file);
}

void GraphPanel::exportPicture() {
    exportGraphOf(*m_view, {}, m_workspace, this);
}

} // namespace lapidary
