// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/beforeafterstrip.h"

#include "ui/models/numbertext.h"
#include "ui/theme/theme.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>

namespace lapidary {

namespace {

class ShareBar final : public QWidget {
public:
    explicit ShareBar(QWidget* parent) : QWidget(parent) { setFixedHeight(6); }

    void setShare(double share) {
        m_share = qBound(0.0, share, 1.0);
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override {
        const auto theme = Theme::of(palette());
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.separator);
        painter.drawRoundedRect(rect(), 3, 3);
        if (m_share <= 0)
            return;
        painter.setBrush(theme.accent);
        painter.drawRoundedRect(QRectF(0, 0, width() * m_share, height()), 3, 3);
    }

private:
    double m_share = 0;
};

void fill(const auto& row, quint64 before, quint64 after, const QString& from, const QString& to) {
    row.values->setText(QStringLiteral("%1 → %2").arg(from, to));
    row.change->setText(before == after ? QString() : changeText(double(before), double(after)));
    static_cast<ShareBar*>(row.bar)->setShare(before > 0 ? double(after) / double(before) : 0);
}

} // namespace

BeforeAfterStrip::BeforeAfterStrip(QWidget* parent) : QWidget(parent) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(1, 1);
    m_parameters = addRow(grid, 0, tr("Parameters"), QStringLiteral("previewParameters"));
    m_bytes = addRow(grid, 1, tr("Weights"), QStringLiteral("previewBytes"));
    m_macs = addRow(grid, 2, tr("MACs"), QStringLiteral("previewMacs"));
    clear();
}

BeforeAfterStrip::Row BeforeAfterStrip::addRow(QGridLayout* grid, int row, const QString& title, const QString& name) {
    Row made;
    auto* label = new QLabel(title, this);
    made.values = new QLabel(this);
    made.values->setObjectName(name);
    made.values->setAlignment(Qt::AlignRight);
    made.change = new QLabel(this);
    made.change->setObjectName(name + QStringLiteral("Change"));
    made.change->setAlignment(Qt::AlignRight);
    made.change->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("−100.0 %")));
    made.bar = new ShareBar(this);
    grid->addWidget(label, 2 * row, 0);
    grid->addWidget(made.values, 2 * row, 1);
    grid->addWidget(made.change, 2 * row, 2);
    grid->addWidget(made.bar, 2 * row + 1, 0, 1, 3);
    return made;
}

void BeforeAfterStrip::setTotals(const ModelTotals& before, const ModelTotals& after) {
    fill(m_parameters, before.parameters, after.parameters, countText(before.parameters), countText(after.parameters));
    fill(m_bytes, before.bytes, after.bytes, bytesText(before.bytes), bytesText(after.bytes));
    fill(m_macs, before.macs, after.macs, countText(before.macs), countText(after.macs));
    setEnabled(true);
}

void BeforeAfterStrip::clear() {
    for (const auto& row : {m_parameters, m_bytes, m_macs}) {
        row.values->setText(tr("–"));
        row.change->clear();
        static_cast<ShareBar*>(row.bar)->setShare(0);
    }
    setEnabled(false);
}

} // namespace lapidary
