// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/sensitivityplots.h"

#include "ui/theme/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

constexpr int leastWidth = 132; ///< of a cell; the rest of a row is shared out
constexpr int plotHeight = 62;

double worst(const SensitivityCurve& curve) {
    double most = 0;
    for (const QPointF& point : curve.points)
        most = std::max(most, point.y());
    return most;
}

double mean(const SensitivityCurve& curve) {
    double sum = 0;
    for (const QPointF& point : curve.points)
        sum += point.y();
    return curve.points.isEmpty() ? 0 : sum / double(curve.points.size());
}

/// What the scale ends at: the largest loss, unless a few layers are far above the rest.
double scaleTopOf(const QVector<SensitivityCurve>& curves) {
    std::vector<double> tops;
    for (const auto& curve : curves)
        tops.push_back(worst(curve));
    if (tops.empty())
        return 1;
    std::sort(tops.begin(), tops.end());
    constexpr double farAbove = 4;
    const double usual = tops[tops.size() * 3 / 4];
    const double top = tops.back() > farAbove * usual && usual > 0 ? farAbove * usual : tops.back();
    return top > 0 ? top : 1;
}

} // namespace

SensitivityPlots::SensitivityPlots(QWidget* parent) : QAbstractScrollArea(parent) {
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    setAccessibleName(tr("Sensitivity of layers"));
    describe();
}

void SensitivityPlots::setAxes(const QString& share, const QString& loss, const QString& unit) {
    m_share = share;
    m_loss = loss;
    m_unit = unit;
    describe();
    viewport()->update();
}

void SensitivityPlots::setCurves(const QVector<SensitivityCurve>& curves) {
    m_curves = curves;
    m_top = scaleTopOf(m_curves);
    arrange();
}

void SensitivityPlots::setChosen(const QHash<QString, double>& shares) {
    for (auto& curve : m_curves)
        curve.chosen = shares.value(curve.id, std::numeric_limits<double>::quiet_NaN());
    viewport()->update();
}

void SensitivityPlots::setOrder(CurveOrder order) {
    if (order == m_order)
        return;
    m_order = order;
    arrange();
}

void SensitivityPlots::arrange() {
    const QString current = m_current >= 0 && m_current < m_places.size() && m_places[m_current] < m_curves.size()
                                ? m_curves[m_places[m_current]].id
                                : QString();
    m_places.resize(m_curves.size());
    for (int i = 0; i < m_places.size(); ++i)
        m_places[i] = i;
    if (m_order == CurveOrder::WorstFirst)
        std::stable_sort(m_places.begin(), m_places.end(),
                         [this](int a, int b) { return mean(m_curves[a]) > mean(m_curves[b]); });
    m_current = m_hovered = -1;
    for (int place = 0; place < m_places.size(); ++place)
        if (!current.isEmpty() && m_curves[m_places[place]].id == current)
            m_current = place;
    updateScrollBar();
    describe();
    viewport()->update();
}

QStringList SensitivityPlots::shownIds() const {
    QStringList ids;
    for (const int index : m_places)
        ids.append(m_curves[index].id);
    return ids;
}

QStringList SensitivityPlots::selectedIds() const {
    QStringList ids;
    for (const auto& curve : m_curves)
        if (m_selected.contains(curve.id))
            ids.append(curve.id);
    return ids;
}

void SensitivityPlots::setSelectedIds(const QStringList& ids) {
    const QSet<QString> wanted(ids.begin(), ids.end());
    if (wanted == m_selected)
        return;
    m_selected = wanted;
    int first = -1;
    bool anyVisible = false;
    for (int place = 0; place < m_places.size(); ++place)
        if (m_selected.contains(m_curves[m_places[place]].id)) {
            first = first < 0 ? place : first;
            anyVisible = anyVisible || viewport()->rect().contains(cellBox(place));
        }
    if (first >= 0) {
        m_current = first;
        if (!anyVisible)
            ensureVisible(first);
    }
    describe();
    viewport()->update();
}

void SensitivityPlots::setEmptyText(const QString& title, const QString& hint) {
    m_emptyTitle = title;
    m_emptyHint = hint;
    viewport()->update();
}

double SensitivityPlots::lossAt(const SensitivityCurve& curve, double share) {
    QPointF before(0, 0);
    for (const QPointF& point : curve.points) {
        if (share <= point.x() + 1e-9)
            return point.x() > before.x()
                       ? before.y() + (point.y() - before.y()) * (share - before.x()) / (point.x() - before.x())
                       : point.y();
        before = point;
    }
    return std::numeric_limits<double>::quiet_NaN();
}

QSize SensitivityPlots::cellSize() const {
    const int width = viewport()->width() / columns();
    return {width, QFontMetrics(font()).height() + plotHeight + 4 * Theme::unit};
}

int SensitivityPlots::columns() const {
    return std::max(1, viewport()->width() / leastWidth);
}

QRect SensitivityPlots::cellBox(int place) const {
    const QSize size = cellSize();
    return {QPoint(place % columns() * size.width(), place / columns() * size.height() - verticalScrollBar()->value()),
            size};
}

QRectF SensitivityPlots::plotBox(const QRect& cell) const {
    const int title = QFontMetrics(font()).height() + Theme::unit;
    return QRectF(cell).adjusted(Theme::spacing, title + 2, -Theme::spacing, -Theme::spacing);
}

QRect SensitivityPlots::cellRect(const QString& id) const {
    for (int place = 0; place < m_places.size(); ++place)
        if (m_curves[m_places[place]].id == id)
            return cellBox(place);
    return {};
}

int SensitivityPlots::placeAt(const QPoint& position) const {
    const QSize size = cellSize();
    const int column = position.x() / std::max(1, size.width());
    const int row = (position.y() + verticalScrollBar()->value()) / size.height();
    const int place = row * columns() + column;
    return position.x() < 0 || position.y() < 0 || column >= columns() || place >= m_places.size() ? -1 : place;
}

void SensitivityPlots::updateScrollBar() {
    const int rows = (int(m_places.size()) + columns() - 1) / columns();
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(cellSize().height() / 3);
    verticalScrollBar()->setRange(0, std::max(0, rows * cellSize().height() - viewport()->height()));
}

void SensitivityPlots::ensureVisible(int place) {
    const QRect cell = cellBox(place);
    if (cell.top() < 0)
        verticalScrollBar()->setValue(verticalScrollBar()->value() + cell.top());
    else if (cell.bottom() >= viewport()->height())
        verticalScrollBar()->setValue(verticalScrollBar()->value() + cell.bottom() + 1 - viewport()->height());
}

void SensitivityPlots::select(const QSet<QString>& ids) {
    const bool other = ids != m_selected;
    m_selected = ids;
    describe();
    viewport()->update();
    if (other)
        Q_EMIT selectionEdited(selectedIds());
}

void SensitivityPlots::moveTo(int place, bool extend) {
    if (m_places.isEmpty())
        return;
    m_current = std::clamp(place, 0, int(m_places.size()) - 1);
    ensureVisible(m_current);
    QSet<QString> ids = extend ? m_selected : QSet<QString>();
    ids.insert(m_curves[m_places[m_current]].id);
    select(ids);
}

void SensitivityPlots::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    const int place = placeAt(event->position().toPoint());
    if (place < 0) {
        select({});
        return;
    }
    const QString id = m_curves[m_places[place]].id;
    m_current = place;
    QSet<QString> ids;
    if (event->modifiers().testFlag(Qt::ControlModifier))
        ids = m_selected;
    if (!ids.remove(id))
        ids.insert(id);
    select(ids);
}

void SensitivityPlots::mouseMoveEvent(QMouseEvent* event) {
    const int place = placeAt(event->position().toPoint());
    if (place == m_hovered)
        return;
    m_hovered = place;
    viewport()->update();
}

void SensitivityPlots::mouseReleaseEvent(QMouseEvent* event) {
    event->accept();
}

void SensitivityPlots::mouseDoubleClickEvent(QMouseEvent* event) {
    if (const int place = placeAt(event->position().toPoint()); place >= 0 && event->button() == Qt::LeftButton)
        Q_EMIT activated(m_curves[m_places[place]].id);
}

void SensitivityPlots::keyPressEvent(QKeyEvent* event) {
    const bool extend = event->modifiers().testFlag(Qt::ShiftModifier);
    const int page = std::max(1, viewport()->height() / cellSize().height()) * columns();
    const int from = m_current < 0 ? 0 : m_current;
    switch (event->key()) {
    case Qt::Key_Left:
        return moveTo(from - 1, extend);
    case Qt::Key_Right:
        return moveTo(m_current < 0 ? 0 : from + 1, extend);
    case Qt::Key_Up:
        return from >= columns() ? moveTo(from - columns(), extend) : void();
    case Qt::Key_Down:
        return from + columns() < m_places.size() ? moveTo(from + columns(), extend) : void();
    case Qt::Key_PageUp:
        return moveTo(from - page, extend);
    case Qt::Key_PageDown:
        return moveTo(from + page, extend);
    case Qt::Key_Home:
        return moveTo(0, extend);
    case Qt::Key_End:
        return moveTo(int(m_places.size()) - 1, extend);
    case Qt::Key_Escape:
        return select({});
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current >= 0)
            Q_EMIT activated(m_curves[m_places[m_current]].id);
        return;
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void SensitivityPlots::leaveEvent(QEvent* event) {
    QAbstractScrollArea::leaveEvent(event);
    m_hovered = -1;
    viewport()->update();
}

bool SensitivityPlots::viewportEvent(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int place = placeAt(help->pos());
    if (place < 0)
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), tipFor(place, help->pos()), viewport());
    return true;
}

/// The layer, and the measured point nearest to the pointer.
QString SensitivityPlots::tipFor(int place, const QPoint& position) const {
    const auto& curve = m_curves[m_places[place]];
    QString text = QStringLiteral("<b>%1</b>").arg(curve.name.toHtmlEscaped());
    const QRectF plot = plotBox(cellBox(place));
    int nearest = -1;
    for (int i = 0; i < curve.points.size() && i < curve.pointTexts.size(); ++i)
        if (nearest < 0 || std::abs(toPlot(plot, curve.points[i]).x() - position.x()) <
                               std::abs(toPlot(plot, curve.points[nearest]).x() - position.x()))
            nearest = i;
    if (nearest >= 0)
        text += QStringLiteral("<br>") + curve.pointTexts[nearest];
    if (worst(curve) > m_top)
        text += QStringLiteral("<br>") + tr("The curve goes on above the plot.");
    return text;
}

void SensitivityPlots::describe() {
    QStringList words{tr("%n layer(s)", nullptr, int(m_curves.size()))};
    if (m_current >= 0 && m_current < m_places.size()) {
        const auto& curve = m_curves[m_places[m_current]];
        words << curve.name << curve.pointTexts;
    }
    setAccessibleDescription(words.join(QStringLiteral(". ")));
}

void SensitivityPlots::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    updateScrollBar();
}

void SensitivityPlots::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        updateScrollBar();
    viewport()->update();
}

void SensitivityPlots::scrollContentsBy(int, int) {
    viewport()->update();
}

} // namespace lapidary
