// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/bitsdelegate.h"

#include "ui/models/layertablemodel.h"

#include <QComboBox>

namespace lapidary {

QWidget* BitsDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex&) const {
    auto* list = new QComboBox(parent);
    list->setObjectName(QStringLiteral("layerBitsCombo"));
    list->setAccessibleName(tr("Bits of the layer's weights"));
    for (const int bits : {LayerBits::automatic, LayerBits::keepsFloat, 2, 3, 4, 5, 6, 7, 8})
        list->addItem(LayerTableModel::bitsText(bits), bits);
    connect(list, &QComboBox::activated, this, [this, list] {
        auto* self = const_cast<BitsDelegate*>(this); // signals of a delegate come from const members
        Q_EMIT self->commitData(list);
        Q_EMIT self->closeEditor(list);
    });
    return list;
}

void BitsDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const {
    auto* list = static_cast<QComboBox*>(editor);
    list->setCurrentIndex(list->findData(index.data(Qt::EditRole)));
}

void BitsDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const {
    model->setData(index, static_cast<QComboBox*>(editor)->currentData(), Qt::EditRole);
}

} // namespace lapidary
