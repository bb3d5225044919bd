// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/nodesearch.h"

#include <QAbstractListModel>

namespace lapidary {

/// Rows of a search: nodes, then tensors. Texts are made when they are shown, so that a hundred thousand rows cost
/// nothing. Display role: "Conv /layer1/conv1" for screen readers; the roles below for a delegate.
class SearchResultsModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role {
        NodeRole = Qt::UserRole + 1, ///< NodeId::number; invalid for tensors
        ValueRole,                   ///< ValueId::number; invalid for nodes
        KindRole,                    ///< operator, or what kind of tensor it is
        NameRole,
        ShapeRole,    ///< "1x64x56x56"
        ChannelsRole, ///< "64", or empty
        CategoryRole  ///< int(NodeCategory)
    };

    using QAbstractListModel::QAbstractListModel;

    void setHits(AnalysedModelPtr model, SearchHits hits);
    const SearchHits& hits() const { return m_hits; }
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    QVariant ofNode(const Node& node, int role) const;
    QVariant ofTensor(const Value& value, int role) const;
    QString shapeOf(ValueId id) const;

    AnalysedModelPtr m_model;
    SearchHits m_hits;
};

} // namespace lapidary
