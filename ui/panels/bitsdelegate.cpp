// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/bitsdelegate.h"

#include "ui/models/layertablemodel.h"

#include <QComboBox>
#include <QScopedValueRollback>

namespace lapidary {

namespace {

constexpr auto filled = "lapidaryFilled";

/// A closed list says it was activated at every step of the arrow keys; only a choice from the open list ends the edit,
/// or Return.
class BitsList : public QComboBox {
public:
    using QComboBox::QComboBox;
    bool isStepping() const { return m_stepping; }

protected:
    void keyPressEvent(QKeyEvent* event) override {
        const QScopedValueRollback stepping(m_stepping, true);
        QComboBox::keyPressEvent(event);
    }
    void wheelEvent(QWheelEvent* event) override {
        const QScopedValueRollback stepping(m_stepping, true);
        QComboBox::wheelEvent(event);
    }

private:
    bool m_stepping = false;
};

} // namespace

QWidget* BitsDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex&) const {
    auto* list = new BitsList(parent);
    list->setObjectName(QStringLiteral("layerBitsCombo"));
    list->setAccessibleName(tr("Bits of the layer's weights"));
    for (const int bits : {LayerBits::automatic, LayerBits::keepsFloat, 2, 3, 4, 5, 6, 7, 8})
        list->addItem(LayerTableModel::bitsText(bits), bits);
    connect(list, &QComboBox::activated, this, [this, list] {
        if (list->isStepping())
            return;
        auto* self = const_cast<BitsDelegate*>(this); // signals of a delegate come from const members
        Q_EMIT self->commitData(list);
        Q_EMIT self->closeEditor(list);
    });
    return list;
}

void BitsDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const {
    // Once: a preview that comes in meanwhile must not undo what the arrow keys chose.
    auto* list = static_cast<QComboBox*>(editor);
    if (list->property(filled).toBool())
        return;
    list->setProperty(filled, true);
    list->setCurrentIndex(list->findData(index.data(Qt::EditRole)));
}

void BitsDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const {
    model->setData(index, static_cast<QComboBox*>(editor)->currentData(), Qt::EditRole);
}

} // namespace lapidary
