// SPDX-License-Identifier: GPL-3.0-or-later
// Actions about what the graph's nodes show.
#include "ui/shell/actions.h"

#include "ui/panels/graphpanel.h"

#include <tuple>

namespace lapidary {

void Actions::makeGraphActions() {
    const auto toggle = [this](const QString& name, const QString& text, const QString& keys, const QString& tip) {
        auto* action = make(name, text, {}, QKeySequence(keys), tip);
        action->setCheckable(true);
        return action;
    };
    showWeights = toggle(QStringLiteral("showWeights"), tr("&Weights"), QStringLiteral("Ctrl+Shift+W"),
                         tr("Write the shapes of weights and the values of small constants in the nodes"));
    showConstants = toggle(QStringLiteral("showConstants"), tr("&Constants inside"), QStringLiteral("Ctrl+Alt+L"),
                           tr("Write constants in the nodes that read them; without this they are nodes of their own"));
    showNames = toggle(QStringLiteral("showNames"), tr("&Names"), QStringLiteral("Ctrl+U"),
                       tr("Write the nodes' names in them"));
    showAttributes = toggle(QStringLiteral("showAttributes"), tr("&Attributes"), QStringLiteral("Ctrl+Shift+D"),
                            tr("Write kernel, stride, padding, groups and the like in one line"));
    showShapes = toggle(QStringLiteral("showShapes"), tr("&Tensor shapes"), QStringLiteral("Ctrl+Shift+T"),
                        tr("Write the shapes of tensors beside the lines"));
    showBadges = toggle(QStringLiteral("showBadges"), tr("&Badges"), QStringLiteral("Ctrl+Shift+B"),
                        tr("Show precision other than 32-bit float, and weights with at least 10 % zeros"));
    nodeValues =
        make(QStringLiteral("nodeValues"), tr("&Values from a file…"), {}, QKeySequence(QStringLiteral("Ctrl+Shift+V")),
             tr("Colour the nodes by values from a CSV or JSON file"));
    scales = new QActionGroup(this);
    for (const auto& [choice, text, tip] :
         {std::tuple(ScaleChoice::Automatic, tr("&Automatic"),
                     tr("Logarithmic when values span more than three decades")),
          std::tuple(ScaleChoice::Linear, tr("&Linear"), tr("Equal steps of colour are equal steps of value")),
          std::tuple(ScaleChoice::Logarithmic, tr("L&ogarithmic"),
                     tr("Equal steps of colour are equal factors of value"))}) {
        auto* action = scales->addAction(text);
        action->setCheckable(true);
        action->setData(int(choice));
        action->setObjectName(QStringLiteral("scale%1").arg(int(choice)));
        action->setToolTip(tip);
        action->setStatusTip(tip);
    }
}

void Actions::setLook(const GraphLook& look) {
    showWeights->setChecked(look.texts.weights);
    showConstants->setChecked(look.texts.constants);
    showNames->setChecked(look.texts.names);
    showAttributes->setChecked(look.texts.attributes);
    showShapes->setChecked(look.texts.shapes);
    showBadges->setChecked(look.badges);
    for (auto* action : scales->actions())
        action->setChecked(action->data().toInt() == int(look.scale));
}

} // namespace lapidary
