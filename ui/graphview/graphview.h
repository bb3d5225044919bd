// SPDX-License-Identifier: GPL-3.0-or-later
// The graph on the screen: pan, zoom, select, walk, search, preview, overlays.
#pragma once

#include "ui/graphview/camera.h"
#include "ui/graphview/graphpainter.h"
#include "ui/graphview/laidpicture.h"
#include "ui/graphview/layoutjob.h"
#include "ui/graphview/minimap.h"
#include "ui/graphview/routehit.h"
#include "ui/graphview/walk.h"

#include <QAbstractScrollArea>
#include <QSet>
#include <QVariantAnimation>

#include <functional>
#include <optional>
#include <vector>

class QNativeGestureEvent;

namespace lapidary {

/// UI thread only. Nodes are named by their stable ids throughout. Setters never emit selectionChanged; only what the
/// user does emits it, so a shared selection can be connected both ways.
///
/// Wheel scrolls (Shift: sideways), Ctrl+wheel and pinch zoom at the pointer, drag pans, Ctrl+drag zooms into a
/// rectangle, Shift+drag selects, click selects, Ctrl+click adds, double-click and Return activate, Space fits,
/// arrows walk, + - and Ctrl+0 zoom, Ctrl+A selects all, Escape selects nothing, E opens a group, Shift+E closes the
/// one around, a double-click on a frame's title closes it. An open group's frame is selected by its title or with G,
/// Shift+G leads into it. A line is selected by a click; O and I go through what a node makes and reads (Shift:
/// backwards), arrows lead from a line to its nodes, Escape back to the node.
class GraphView : public QAbstractScrollArea {
    Q_OBJECT
public:
    using Ids = QSet<quint32>;
    enum class WheelMode { Scroll, Zoom };

    /// What stays where it is on the screen when a picture takes the place of another: nodes or frames by their ids.
    struct Anchor {
        quint32 before = 0;
        quint32 after = 0;
    };

    explicit GraphView(QWidget* parent = nullptr);
    ~GraphView() override;

    /// Lays the picture out on another thread and then shows it; the present one stays until then. The last call
    /// wins. Nodes that both have keep their order, and the view stays on the anchor's upper edge, or on a node that
    /// both pictures have. A picture that takes long is shown coarsely at first (pictureShown comes twice).
    void setPicture(GraphPicture picture, std::optional<Anchor> anchor = std::nullopt);
    /// Shows a picture that is laid out already, at once.
    void showPicture(LaidPicturePtr picture);
    void clear();
    LaidPicturePtr picture() const { return m_picture; }
    bool isLayingOut() const { return m_job.isRunning(); }

    /// Replaces all decorations; may be null. No new layout: meant for every move of a slider.
    void setDecor(GraphDecorPtr decor);
    GraphDecorPtr decor() const { return m_decorSource; }

    /// Ids that are not in the picture are kept and take effect when it has them.
    void setSelection(const Ids& ids);
    const Ids& selection() const { return m_selection; }
    /// Search results: outlined, everything else steps back. Empty ends it.
    void setFound(const Ids& ids);
    const Ids& found() const { return m_found; }

    /// The value whose lines are selected; then no node is.
    std::optional<PictureValue> selectedValue() const { return m_value; }
    /// Lights the lines of these values instead of those of selected nodes, which stay selected; empty: of those again.
    void setSelectedValues(const std::vector<PictureValue>& values);
    /// What tips say, as rich text, of a value and of a group; empty answers, and none given: what the picture knows.
    using ValueText = std::function<QString(const PictureValue&)>;
    using GroupText = std::function<QString(quint32)>;
    void setPartTexts(ValueText value, GroupText group);
    /// What the keys act on, in words for a screen reader; empty: nothing.
    QString spokenCurrent() const;

    /// Where the arrows walk from and what the keys act on: the node last clicked, walked to or selected.
    std::optional<quint32> current() const { return m_current; }
    /// Scrolls as little as needed; zooms in if nodes are too small to be told apart. False for an unknown id, which
    /// may be hidden in a closed group: then hiddenWanted() asks for it.
    bool ensureVisible(quint32 id);
    /// Shows everything; once more: the beginning at a readable scale.
    void fit();
    void zoomIn();
    void zoomOut();
    void resetZoom();
    double zoom() const { return m_camera.view().scale; }
    /// The visible part, for keeping with a project; takes effect at once.
    Viewport visiblePart() const { return m_camera.view(); }
    void setVisiblePart(const Viewport& view);

    /// Fixed colours; nothing: follow the palette.
    void setGraphStyle(std::optional<GraphStyle> style);
    const GraphStyle& graphStyle() const { return m_painter.style(); }
    void setWheelMode(WheelMode mode) { m_wheelMode = mode; }
    WheelMode wheelMode() const { return m_wheelMode; }
    void setAnimated(bool animated) { m_animated = animated; }
    void setMinimapVisible(bool visible);
    /// Whether the edge between kept and removed channels of a width bar can be dragged.
    void setWidthsAdjustable(bool adjustable) { m_widthsAdjustable = adjustable; }
    /// Shown while there is no picture.
    void setEmptyText(const QString& text);

    /// Where the edge of a node's width bar can be taken, in viewport coordinates; nothing if it has none to be seen.
    std::optional<QRectF> widthHandle(quint32 id);
    /// Where a node is drawn, in viewport coordinates; nothing for an unknown id.
    std::optional<QRectF> nodeRect(quint32 id) const;
    std::optional<quint32> nodeAt(QPointF position) const;
    /// The innermost frame whose title strip is there.
    std::optional<quint32> frameAt(QPointF position) const;
    /// What is said about the thing at a point of the viewport, as rich text; empty: nothing is there.
    QString tipAt(QPointF position);
    /// The value whose line passes within a few pixels.
    std::optional<PictureValue> valueAt(QPointF position) const;

Q_SIGNALS:
    /// By the user.
    void selectionChanged(const QSet<quint32>& ids);
    /// A value's lines were selected by the user, after selectionChanged() told of the nodes that no longer are; or the
    /// selection of a value was ended and nothing is selected instead.
    void valueSelected(const lapidary::PictureValue& value);
    void valueLeft();
    void nodeActivated(quint32 id);
    void expandRequested(quint32 id);
    void collapseRequested(quint32 id);
    void hiddenWanted(quint32 id);
    /// id is -1 on the background.
    void menuRequested(qint64 id, const QPoint& globalPosition);
    void hoveredChanged(qint64 id);
    /// A click on the legend's scale, or its marker dragged: show only values from here (0..1).
    void thresholdPicked(double value);
    void zoomChanged(double scale);
    /// The edge of a node's width bar is being dragged: so many of its channels are to stay. It ends with the wish
    /// kept, or taken back (Escape).
    void widthDragStarted(quint32 id);
    void widthDragged(quint32 id, qint64 kept);
    void widthDragEnded(quint32 id, bool keep);
    /// Another part is visible, whoever moved it.
    void viewMoved();
    /// A new picture is on the screen.
    void pictureShown();
    /// The picture given to setPicture could not be laid out for want of memory.
    void layoutFailed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void changeEvent(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    enum class Drag { None, Waiting, Pan, ZoomRect, SelectRect, Minimap, Threshold, Width };

    void applyStyle();
    void refreshMarks();
    void cameraMoved();
    void moveTo(const Viewport& target);
    void present(LaidPicturePtr picture);
    bool keepAnchor(const LaidPicture& previous);
    static std::optional<QRectF> partRect(const LaidPicture& picture, quint32 id);
    void anchorOn(const LaidPicture& previous);
    QRectF sceneRectOf(std::uint32_t index) const;
    void paintOverlays(QPainter& painter);
    void paintEmpty(QPainter& painter);
    void describe();

    void click(QPointF position, Qt::KeyboardModifiers modifiers);
    void chooseByUser(const Ids& ids, std::optional<quint32> current);
    void finishRubberBand(Qt::KeyboardModifiers modifiers);
    void walk(WalkStep step, bool extend);
    bool walkKey(int key, Qt::KeyboardModifiers modifiers);
    bool viewKey(int key, Qt::KeyboardModifiers modifiers);
    void hover(QPointF position);
    bool showTip(QPoint position, QPoint globalPosition);
    QString partTip(std::uint32_t index, QPointF position) const;
    QString edgeTip(const PictureValue& value) const;
    void chooseValue(const PictureValue& value, std::optional<quint32> current);
    bool cycleValue(bool outputs, bool backwards);
    bool leaveValue();
    bool forgetValue();
    bool walkFromValue(WalkStep step);
    bool enterFrame(bool last);
    bool selectFrameAround();
    void setWalking(bool walking);
    bool partKey(int key, Qt::KeyboardModifiers modifiers);
    void pointAt(std::optional<PictureValue> value, std::optional<quint32> frame);
    void hoverPart(QPointF position);
    void markPointed();
    bool dragThreshold(QPointF position, bool begins);
    QRectF widthBarOf(std::uint32_t index);
    std::optional<std::uint32_t> widthHandleAt(QPointF position);
    bool startWidthDrag(QPointF position);
    void dragWidth(QPointF position);
    bool endWidthDrag(bool keep);
    void paintWidthHandle(QPainter& painter);
    bool pinch(QNativeGestureEvent* event);
    QPointF centre() const;

    LaidPicturePtr m_picture;
    GraphDecorPtr m_decorSource;
    BoundDecor m_decor;
    PaintMarks m_marks;
    Ids m_selection;
    Ids m_found;
    std::optional<Anchor> m_anchor;      ///< for the picture that is being laid out
    std::optional<quint32> m_current;    ///< where the arrows walk from
    std::optional<quint32> m_walkedFrom; ///< the node before m_current, if one walked
    bool m_walking = false;              ///< the keys were used last: the node they stand on is framed
    bool m_focusByKeys = false;          ///< then a frame shows who has the focus
    std::optional<std::uint32_t> m_hovered;
    std::optional<PictureValue> m_value;    ///< selected
    std::vector<PictureValue> m_moreValues; ///< lit with it
    std::optional<PictureValue> m_hoveredValue;
    std::optional<std::uint32_t> m_hoveredFrame;
    ValueText m_valueText;
    GroupText m_groupText;

    Camera m_camera;
    GraphPainter m_painter;
    Minimap m_minimap;
    LayoutJob m_job;
    QVariantAnimation m_motion;
    Viewport m_motionFrom;
    Viewport m_motionTo;

    std::optional<GraphStyle> m_fixedStyle;
    WheelMode m_wheelMode = WheelMode::Scroll;
    bool m_animated = true;
    bool m_minimapVisible = true;
    bool m_syncingBars = false;
    bool m_shown = false;
    std::optional<Viewport> m_openingView; ///< the first view of a coarse picture, until the final one is there
    bool m_opened = false; ///< whether the first view of this picture was chosen with a real widget size
    QString m_emptyText;

    Drag m_drag = Drag::None;
    bool m_widthsAdjustable = false;
    quint32 m_widthNode = 0; ///< whose bar is being dragged
    QPointF m_pressed;
    QPointF m_last;
    QRectF m_band;
};

} // namespace lapidary
