// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/profile.h"
#include "engine/engine.h"

#include <QCoreApplication>

namespace lapidary {

/// The inspector's pages as rich text. Links of the form "node:12" lead to producers and consumers. Texts are translated.
class NodeHtml {
    Q_DECLARE_TR_FUNCTIONS(lapidary::NodeHtml)

public:
    static QString model(const AnalysedModel& model);
    static QString node(const AnalysedModel& model, const Node& node, const Profile* profile);

private:
    static QString row(const QString& name, const QString& value);
    static QString table(const QString& title, const QString& rows);
    static QString inputs(const AnalysedModel& model, const Node& node);
    static QString outputs(const AnalysedModel& model, const Node& node);
    static QString cost(const AnalysedModel& model, const Node& node, const Profile* profile);
};

/// An attribute's value on one line, long lists cut.
QString attributeText(const Attribute& attribute);

} // namespace lapidary
