// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/channelgroups.h"
#include "device/profile.h"
#include "graph/operatortraits.h"
#include "onnx/operatordoc.h"
#include "pass/pass.h"
#include "ui/panels/htmlparts.h"
#include "ui/panels/inspectedgraph.h"

#include <unordered_map>

namespace lapidary {

/// What a page of the inspector is made from, besides what it is about. Pointers are null for what is not known.
struct InspectorFacts {
    InspectedGraphPtr place;
    const std::unordered_map<std::string, const NodeTime*>* times = nullptr; ///< of the main graph, by displayName()
    const ChannelGroups* groups = nullptr;                                   ///< of the main graph
    const PassPreview* preview = nullptr;
    const QSet<QString>* opened = nullptr; ///< never null when a page is made

    const NodeTime* time(const Node& node) const;
};

/// Parts that several pages have: names as links, types, attributes. Texts are translated.
class InspectorPage {
    Q_DECLARE_TR_FUNCTIONS(lapidary::InspectorPage)

public:
    explicit InspectorPage(const InspectorFacts& facts) : m_facts(facts), m_parts(*facts.opened) {}

    static QString categoryText(OperatorCategory category);
    /// An attribute's value on one line as HTML, long lists cut.
    QString attributeHtml(const Attribute& attribute, const QString& key, bool bounds = false) const;

protected:
    const Graph& graph() const { return m_facts.place->graph(); }
    QString nodeLink(const Node& node) const;
    QString valueLink(ValueId id) const;
    QString typeText(ValueId id) const; ///< "float32 1x64x56x56"; symbols where the file has them
    /// What makes a value, and what uses it.
    QString sourceHtml(ValueId id, bool bounds = false) const;
    QString usersHtml(ValueId id, const QString& key) const;
    /// Cost rows of a node or several: counts with their share of the model.
    QString costRows(const NodeCost& cost, double milliseconds, double timeShare) const;
    static QString metadataRows(const MetadataProps& metadata);

    const InspectorFacts& m_facts;
    HtmlParts m_parts;
};

/// One node: what it is, costs, takes, gives, and how it hangs together with others.
class NodePage : public InspectorPage {
    Q_DECLARE_TR_FUNCTIONS(lapidary::NodePage)

public:
    NodePage(const InspectorFacts& facts, const Node& node);
    QString html() const;

private:
    QString head() const;
    QString documentation() const;
    QString documentedPorts() const;
    QString cost() const;
    QString attributes() const;
    QString inputs() const;
    QString outputs() const;
    QString channels() const;
    QString graphs() const;

    const Node& m_node;
    std::optional<OperatorDoc> m_doc;
};

/// Several nodes: sums, operators, what they have in common.
class SelectionPage : public InspectorPage {
    Q_DECLARE_TR_FUNCTIONS(lapidary::SelectionPage)

public:
    using InspectorPage::InspectorPage;
    QString html(const std::set<NodeId>& nodes) const;

private:
    QString attributes(const std::vector<const Node*>& nodes) const;
};

/// A tensor between nodes, an input or output of the model, or a weight.
class ValuePage : public InspectorPage {
    Q_DECLARE_TR_FUNCTIONS(lapidary::ValuePage)

public:
    using InspectorPage::InspectorPage;
    QString html(ValueId id) const;
    /// Several at once, each with what it is and where it comes from and goes to.
    QString html(const std::vector<ValueId>& ids) const;

private:
    QString typeRows(ValueId id) const;
};

/// The model as a whole, or a graph inside of it.
class ModelPage : public InspectorPage {
    Q_DECLARE_TR_FUNCTIONS(lapidary::ModelPage)

public:
    using InspectorPage::InspectorPage;
    QString html() const;

private:
    QString origin() const;
    QString ports() const;
    QString operators() const;
    QString largest() const;
    QString functions() const;
    QString problems() const;
    QString nodeList() const;
};

} // namespace lapidary
