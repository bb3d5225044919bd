// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/graphview.h"

#include "ui/graphview/graphaccessible.h"

#include <QApplication>
#include <QPainter>
#include <QScrollBar>
#include <QStyle>

#include <algorithm>
#include <cmath>
#include <utility>

namespace lapidary {
namespace {

constexpr int motionMs = 140;
constexpr std::uint32_t motionNodes = 6000;
constexpr double zoomStep = 1.25;

/// The beginning at a readable scale, where nodes are: the middle of a wide graph may be empty so far up, and side
/// branches far below would push a chain's beginning aside.
Viewport openingOf(const LaidPicture& picture, const Camera& camera) {
    const LayoutResult& layout = picture.layout();
    const bool down = layout.direction == LayoutDirection::TopDown;
    Viewport view = camera.opening(down);
    if (view == camera.fitting())
        return view;
    const QSizeF span = view.size / view.scale;
    const double room = down ? span.width() : span.height();
    const double breadth = down ? layout.width : layout.height;
    const double end = down ? view.origin.y() + span.height() : view.origin.x() + span.width();
    std::vector<std::uint32_t> seen;
    picture.nodesIn(down ? SceneRect{0, 0, breadth, end} : SceneRect{0, 0, end, breadth}, seen);
    std::vector<double> middles;
    for (const std::uint32_t node : seen) {
        const LayoutBox& box = layout.boxes[node];
        middles.push_back(down ? box.x + box.width / 2 : box.y + box.height / 2);
    }
    if (middles.empty())
        return view;
    const auto median = middles.begin() + static_cast<std::ptrdiff_t>(middles.size() / 2);
    std::ranges::nth_element(middles, median);
    const double origin = *median - room / 2;
    down ? view.origin.setX(origin) : view.origin.setY(origin);
    return view;
}

} // namespace

GraphView::GraphView(QWidget* parent) : QAbstractScrollArea(parent), m_emptyText(tr("Open a model…")) {
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    viewport()->grabGesture(Qt::PinchGesture);
    installGraphAccessibility();
    setAccessibleName(tr("Model graph"));
    m_motion.setDuration(motionMs);
    m_motion.setStartValue(0.0);
    m_motion.setEndValue(1.0);
    m_motion.setEasingCurve(QEasingCurve::OutCubic);
    connect(&m_motion, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        const double t = value.toDouble();
        Viewport view = m_motionTo;
        view.scale = m_motionFrom.scale * std::pow(m_motionTo.scale / m_motionFrom.scale, t);
        const QPointF half(view.size.width() / 2, view.size.height() / 2);
        const QPointF from = m_motionFrom.toScene(half);
        view.origin = from + (m_motionTo.toScene(half) - from) * t - half / view.scale;
        m_camera.setView(t >= 1 ? m_motionTo : view);
        cameraMoved();
    });
    connect(&m_job, &LayoutJob::preliminary, this, &GraphView::present);
    connect(&m_job, &LayoutJob::finished, this, [this](const LaidPicturePtr& picture) {
        if (picture)
            showPicture(picture);
        else
            Q_EMIT layoutFailed();
    });
    applyStyle();
    describe();
}

GraphView::~GraphView() = default;

void GraphView::setPicture(GraphPicture picture, std::optional<Anchor> anchor) {
    m_anchor = anchor;
    m_job.start(std::move(picture), measureWidths(m_painter.style().font), m_picture);
    viewport()->update();
}

void GraphView::showPicture(LaidPicturePtr picture) {
    m_job.cancel();
    present(std::move(picture));
}

void GraphView::present(LaidPicturePtr picture) {
    m_motion.stop();
    const LaidPicturePtr previous = std::exchange(m_picture, std::move(picture));
    m_hovered.reset();
    m_hoveredValue.reset();
    m_hoveredFrame.reset();
    if (m_picture) {
        m_decor = BoundDecor(m_decorSource, *m_picture);
        m_camera.setContent({m_picture->layout().width, m_picture->layout().height});
        // Nobody has moved since a coarse picture opened: the final one opens anew.
        if (m_openingView && *m_openingView == m_camera.view())
            m_opened = false;
        if (!previous || previous->isEmpty() || !m_opened)
            m_opened = false;
        else if (!keepAnchor(*previous))
            anchorOn(*previous);
    } else {
        m_decor = {};
        m_camera.setContent({});
        m_opened = false;
    }
    m_openingView.reset();
    if (m_picture && !m_opened && viewport()->width() > 50) {
        m_camera.setView(openingOf(*m_picture, m_camera));
        m_opened = m_shown;
        if (m_job.isRunning())
            m_openingView = m_camera.view();
    }
    if (!m_job.isRunning()) // a coarse picture may be followed by the final one
        m_anchor.reset();
    refreshMarks();
    cameraMoved();
    describe();
    Q_EMIT pictureShown();
}

/// The rectangle of a node or a frame.
std::optional<QRectF> GraphView::partRect(const LaidPicture& picture, quint32 id) {
    const auto rect = [](const LayoutBox& b) { return QRectF(b.x, b.y, b.width, b.height); };
    if (const auto index = picture.indexOf(id))
        return rect(picture.layout().boxes[*index]);
    if (const auto group = picture.groupIndexOf(id))
        return rect(picture.layout().groupBoxes[*group]);
    return std::nullopt;
}

bool GraphView::keepAnchor(const LaidPicture& previous) {
    const auto before = m_anchor ? partRect(previous, m_anchor->before) : std::nullopt;
    const auto after = m_anchor ? partRect(*m_picture, m_anchor->after) : std::nullopt;
    if (!before || !after)
        return false;
    Viewport moved = m_camera.view();
    // What closes may have reached far out of view: then it appears at the edge of the view it was nearest to.
    const SceneRect seen = moved.visible();
    const bool down = m_picture->layout().direction == LayoutDirection::TopDown;
    QPointF from = down ? QPointF(before->center().x(), before->top()) : QPointF(before->left(), before->center().y());
    const QPointF to = down ? QPointF(after->center().x(), after->top()) : QPointF(after->left(), after->center().y());
    const auto intoView = [](double value, double low, double high) {
        const double margin = (high - low) / 8;
        return value < low ? low + margin : value > high ? high - margin : value;
    };
    from.setX(intoView(from.x(), seen.left, seen.right));
    from.setY(intoView(from.y(), seen.top, seen.bottom));
    moved.origin += to - from;
    m_camera.setView(moved);
    return true;
}

/// Keeps a node that both pictures have where it is on the screen: the one last selected if it is in view, otherwise
/// the one nearest to the middle.
void GraphView::anchorOn(const LaidPicture& previous) {
    const Viewport& view = m_camera.view();
    std::vector<std::uint32_t> seen;
    previous.nodesIn(view.visible(), seen);
    const QPointF middle = view.toScene(centre());
    std::optional<std::uint32_t> best;
    double least = 0;
    for (const std::uint32_t index : seen) {
        const std::uint32_t id = previous.picture().nodes[index].id;
        if (!m_picture->indexOf(id))
            continue;
        const LayoutBox& b = previous.layout().boxes[index];
        const QPointF away = QPointF(b.x + b.width / 2, b.y + b.height / 2) - middle;
        const double distance = id == m_current ? -1 : QPointF::dotProduct(away, away);
        if (!best || distance < least) {
            best = index;
            least = distance;
        }
    }
    if (!best) {
        m_opened = false;
        return;
    }
    const LayoutBox& before = previous.layout().boxes[*best];
    const LayoutBox& after = m_picture->layout().boxes[*m_picture->indexOf(previous.picture().nodes[*best].id)];
    Viewport moved = view;
    moved.origin += QPointF(after.x + after.width / 2, after.y + after.height / 2) -
                    QPointF(before.x + before.width / 2, before.y + before.height / 2);
    m_camera.setView(moved);
}

void GraphView::clear() {
    showPicture(nullptr);
}

void GraphView::setDecor(GraphDecorPtr decor) {
    m_decorSource = std::move(decor);
    m_decor = m_picture ? BoundDecor(m_decorSource, *m_picture) : BoundDecor();
    m_minimap.invalidate();
    viewport()->update();
}

void GraphView::setSelection(const Ids& ids) {
    if (ids == m_selection)
        return;
    m_selection = ids;
    if (!ids.isEmpty())
        forgetValue();
    if (!m_current || !ids.contains(*m_current))
        m_current = ids.isEmpty() ? std::nullopt : std::optional(*std::min_element(ids.begin(), ids.end()));
    refreshMarks();
    describe();
}

void GraphView::setFound(const Ids& ids) {
    m_found = ids;
    refreshMarks();
}

void GraphView::refreshMarks() {
    m_marks = {};
    if (m_picture) {
        m_marks.flags.assign(m_picture->nodeCount(), 0);
        m_marks.frames.assign(m_picture->groupCount(), 0);
        for (const quint32 id : std::as_const(m_selection)) {
            if (const auto index = m_picture->indexOf(id))
                m_marks.flags[*index] |= PaintMarks::Selected;
            else if (const auto group = m_picture->groupIndexOf(id))
                m_marks.frames[*group] |= PaintMarks::Selected;
        }
        for (const quint32 id : std::as_const(m_found)) {
            if (const auto index = m_picture->indexOf(id)) {
                m_marks.flags[*index] |= PaintMarks::Found;
                m_marks.anyFound = true;
            }
        }
        if (m_hovered)
            m_marks.flags[*m_hovered] |= PaintMarks::Hovered;
        if (const auto at = m_walking && m_current && !m_value ? m_picture->indexOf(*m_current) : std::nullopt)
            m_marks.flags[*at] |= PaintMarks::Current;
        m_marks.valueChosen = m_value.has_value();
        if (m_value) {
            m_marks.lightValue(*m_picture, *m_value, PaintMarks::Chosen);
            for (const PictureValue& value : m_moreValues)
                m_marks.lightValue(*m_picture, value, PaintMarks::Chosen);
        } else {
            m_marks.lightSelected(*m_picture);
        }
        markPointed();
    }
    m_minimap.invalidate();
    viewport()->update();
}

QRectF GraphView::sceneRectOf(std::uint32_t index) const {
    const LayoutBox& b = m_picture->layout().boxes[index];
    return {b.x, b.y, b.width, b.height};
}

bool GraphView::ensureVisible(quint32 id) {
    const auto part = m_picture ? partRect(*m_picture, id) : std::nullopt;
    if (!part) {
        Q_EMIT hiddenWanted(id);
        return false;
    }
    const QRectF rect = *part;
    if (zoom() >= textScale / 2) {
        moveTo(m_camera.bringing(rect));
    } else {
        Camera near = m_camera;
        near.setScaleAt(centre(), 1);
        near.centerOn(rect.center());
        moveTo(near.view());
    }
    return true;
}

void GraphView::fit() {
    if (!m_picture)
        return;
    const Viewport all = m_camera.fitting();
    const Viewport now = m_camera.view();
    const bool fits =
        std::abs(now.scale / all.scale - 1) < 1e-6 && (now.origin - all.origin).manhattanLength() * all.scale < 1;
    moveTo(fits ? openingOf(*m_picture, m_camera) : all);
}

void GraphView::zoomIn() {
    m_motion.stop();
    m_camera.zoomAt(centre(), zoomStep);
    cameraMoved();
}

void GraphView::zoomOut() {
    m_motion.stop();
    m_camera.zoomAt(centre(), 1 / zoomStep);
    cameraMoved();
}

void GraphView::resetZoom() {
    Camera target = m_camera;
    target.setScaleAt(centre(), 1);
    moveTo(target.view());
}

void GraphView::setVisiblePart(const Viewport& view) {
    m_motion.stop();
    m_opened = true;
    m_camera.setView(view);
    cameraMoved();
}

void GraphView::moveTo(const Viewport& target) {
    m_motion.stop();
    const bool moving = m_animated && isVisible() && m_picture && m_picture->nodeCount() <= motionNodes &&
                        style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, this) > 0;
    m_motionFrom = m_camera.view();
    m_motionTo = target;
    if (moving && m_motionFrom != target) {
        m_motion.start();
        return;
    }
    m_camera.setView(target);
    cameraMoved();
}

void GraphView::cameraMoved() {
    const Viewport& view = m_camera.view();
    const QRectF range = m_camera.originRange(view);
    m_syncingBars = true;
    const auto sync = [&](QScrollBar* bar, double low, double high, double value, double page) {
        bar->setRange(static_cast<int>(low * view.scale), static_cast<int>(high * view.scale));
        bar->setPageStep(static_cast<int>(page));
        bar->setSingleStep(20);
        bar->setValue(static_cast<int>(std::lround(value * view.scale)));
    };
    sync(horizontalScrollBar(), range.left(), range.right(), view.origin.x(), view.size.width());
    sync(verticalScrollBar(), range.top(), range.bottom(), view.origin.y(), view.size.height());
    m_syncingBars = false;
    viewport()->update();
    Q_EMIT zoomChanged(view.scale);
    Q_EMIT viewMoved();
}

void GraphView::scrollContentsBy(int dx, int dy) {
    if (m_syncingBars)
        return;
    m_motion.stop();
    m_camera.scrollBy({-static_cast<double>(dx), -static_cast<double>(dy)});
    viewport()->update();
    Q_EMIT viewMoved();
}

void GraphView::resizeEvent(QResizeEvent*) {
    const QSizeF size = viewport()->size();
    const QPointF middle = m_camera.view().toScene(centre());
    m_camera.setViewSize(size);
    if (m_picture && !m_opened && size.width() > 50) {
        m_camera.setView(openingOf(*m_picture, m_camera));
        m_opened = m_shown;
    } else if (m_picture) {
        m_camera.centerOn(middle);
    }
    cameraMoved();
}

/// The first show brings the size the layout of the window gives; until then every resize may choose the view anew.
void GraphView::showEvent(QShowEvent* event) {
    QAbstractScrollArea::showEvent(event);
    m_shown = true;
    m_opened = m_picture != nullptr;
}

QPointF GraphView::centre() const {
    return {m_camera.view().size.width() / 2, m_camera.view().size.height() / 2};
}

void GraphView::setGraphStyle(std::optional<GraphStyle> style) {
    m_fixedStyle = std::move(style);
    applyStyle();
}

void GraphView::applyStyle() {
    GraphStyle style = m_fixedStyle ? *m_fixedStyle : GraphStyle::forPalette(palette());
    if (!m_fixedStyle)
        style.font = font();
    m_painter.setStyle(std::move(style));
    m_minimap.invalidate();
    viewport()->update();
}

void GraphView::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange ||
        event->type() == QEvent::StyleChange)
        applyStyle();
    if (event->type() == QEvent::LanguageChange) {
        setAccessibleName(tr("Model graph"));
        describe();
    }
}

void GraphView::setMinimapVisible(bool visible) {
    m_minimapVisible = visible;
    viewport()->update();
}

void GraphView::setEmptyText(const QString& text) {
    m_emptyText = text;
    viewport()->update();
}

std::optional<QRectF> GraphView::nodeRect(quint32 id) const {
    const auto index = m_picture ? m_picture->indexOf(id) : std::nullopt;
    if (!index)
        return std::nullopt;
    return m_camera.view().toScreen(rectOf(m_picture->layout().boxes[*index]));
}

std::optional<quint32> GraphView::nodeAt(QPointF position) const {
    if (!m_picture)
        return std::nullopt;
    const QPointF scene = m_camera.view().toScene(position);
    const auto index = m_picture->nodeAt(scene.x(), scene.y());
    return index ? std::optional<quint32>(m_picture->picture().nodes[*index].id) : std::nullopt;
}

std::optional<quint32> GraphView::frameAt(QPointF position) const {
    if (!m_picture || nodeAt(position))
        return std::nullopt;
    const QPointF scene = m_camera.view().toScene(position);
    std::vector<std::uint32_t> found;
    m_picture->groupsIn({scene.x(), scene.y(), scene.x(), scene.y()}, found);
    for (auto group = found.rbegin(); group != found.rend(); ++group) // children stand behind their parents
        if (scene.y() <= m_picture->groupHeader(*group).bottom)
            return m_picture->picture().groups[*group].id;
    return std::nullopt;
}

void GraphView::describe() {
    if (!m_picture || m_picture->isEmpty()) {
        setAccessibleDescription(tr("No model is open"));
        return;
    }
    QString text = tr("%n node(s)", nullptr, static_cast<int>(m_picture->nodeCount()));
    if (const QString here = spokenCurrent(); !here.isEmpty())
        text += QStringLiteral("; ") + (m_value ? here : tr("%1 selected, at %2").arg(m_selection.size()).arg(here));
    setAccessibleDescription(text);
    announceCurrentNode(*this);
}

void GraphView::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    if (!m_picture || m_picture->isEmpty()) {
        paintEmpty(painter);
        return;
    }
    m_painter.paint(painter, *m_picture, m_camera.view(), m_decor, m_marks);
    paintOverlays(painter);
}

void GraphView::paintOverlays(QPainter& painter) {
    paintWidthHandle(painter);
    m_painter.paintLegendOver(painter, *m_picture, m_camera.view(), m_decor);
    if (m_minimapVisible)
        m_minimap.paint(painter, *m_picture, m_decor, m_marks, m_painter.style(), m_camera.view(),
                        viewport()->devicePixelRatioF());
    if (m_focusByKeys) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(QPen(palette().highlight().color(), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(viewport()->rect().adjusted(1, 1, -1, -1));
    }
    if (m_drag == Drag::ZoomRect || m_drag == Drag::SelectRect) {
        const QColor line = m_drag == Drag::SelectRect ? m_painter.style().selection : palette().highlight().color();
        QColor veil = line;
        veil.setAlpha(36);
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(QPen(line, 1, Qt::DashLine));
        painter.setBrush(veil);
        painter.drawRect(m_band);
    }
}

void GraphView::paintEmpty(QPainter& painter) {
    painter.fillRect(viewport()->rect(), m_painter.style().paper);
    painter.setPen(m_painter.style().faintText);
    QFont large = font();
    large.setPointSizeF(std::max(1.0, large.pointSizeF()) * 1.4);
    painter.setFont(large);
    painter.drawText(viewport()->rect(), Qt::AlignCenter | Qt::TextWordWrap,
                     m_job.isRunning() ? tr("Drawing the graph…") : m_emptyText);
}

} // namespace lapidary
