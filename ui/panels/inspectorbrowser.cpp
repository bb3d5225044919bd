// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/inspectorbrowser.h"

#include "ui/panels/htmlparts.h"

#include <QEvent>
#include <QImage>
#include <QPainter>
#include <QScrollBar>
#include <QTextDocument>

namespace lapidary {

InspectorBrowser::InspectorBrowser(QWidget* parent) : QTextBrowser(parent) {
    setOpenLinks(false);
    setFrameShape(QFrame::NoFrame);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setTextInteractionFlags(Qt::TextBrowserInteraction);
    document()->setDocumentMargin(12);
}

void InspectorBrowser::showPage(const QString& html, bool keepPlace) {
    const int place = keepPlace ? verticalScrollBar()->value() : 0;
    m_html = html;
    document()->setDefaultStyleSheet(HtmlParts::styleSheet(Theme::of(palette())));
    setHtml(html);
    verticalScrollBar()->setValue(place);
}

QVariant InspectorBrowser::loadResource(int type, const QUrl& name) {
    const bool measured = name.scheme() == QStringLiteral("measuredbar");
    if (type != QTextDocument::ImageResource || (!measured && name.scheme() != QStringLiteral("bar")))
        return {}; // nothing is ever fetched from anywhere
    const auto theme = Theme::of(palette());
    const double ratio = devicePixelRatioF();
    QImage image(QSize(qRound(56 * ratio), qRound(8 * ratio)), QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.scale(ratio, ratio);
    painter.setBrush(theme.separator);
    painter.drawRoundedRect(QRectF(0, 1, 56, 6), 3, 3);
    painter.setBrush(measured ? theme.measurement : theme.accent);
    painter.setClipRect(QRectF(0, 0, 56 * name.path().toDouble(), 8));
    painter.drawRoundedRect(QRectF(0, 1, 56, 6), 3, 3);
    return image;
}

void InspectorBrowser::changeEvent(QEvent* event) {
    QTextBrowser::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !m_html.isEmpty())
        showPage(m_html, true);
}

} // namespace lapidary
