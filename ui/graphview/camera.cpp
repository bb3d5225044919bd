// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/camera.h"

#include <algorithm>

namespace lapidary {
namespace {

constexpr double margin = 28;
constexpr double readable = 0.8; ///< lines in nodes are then 8.4 pixels high

} // namespace

double Camera::minScale() const {
    if (m_content.isEmpty() || m_view.size.isEmpty())
        return 0.01;
    const double all = std::min(m_view.size.width() / m_content.width(), m_view.size.height() / m_content.height());
    return std::min(0.25, all * 0.5);
}

QRectF Camera::originRange(const Viewport& view) const {
    const double restX = view.size.width() / view.scale * 2 / 3;
    const double restY = view.size.height() / view.scale * 2 / 3;
    const double spanX = view.size.width() / view.scale;
    const double spanY = view.size.height() / view.scale;
    return QRectF(QPointF(-restX, -restY), QPointF(std::max(-restX, m_content.width() - spanX + restX),
                                                   std::max(-restY, m_content.height() - spanY + restY)));
}

Viewport Camera::kept(Viewport view) const {
    view.scale = std::clamp(view.scale, minScale(), maxScale);
    const QRectF range = originRange(view);
    view.origin.setX(std::clamp(view.origin.x(), range.left(), range.right()));
    view.origin.setY(std::clamp(view.origin.y(), range.top(), range.bottom()));
    return view;
}

void Camera::setView(const Viewport& view) {
    const QSizeF size = m_view.size;
    m_view = view;
    m_view.size = size;
    m_view = kept(m_view);
}

void Camera::setViewSize(QSizeF size) {
    m_view.size = size;
    m_view = kept(m_view);
}

void Camera::setContent(QSizeF content) {
    m_content = content;
}

void Camera::zoomAt(QPointF at, double factor) {
    setScaleAt(at, m_view.scale * factor);
}

void Camera::setScaleAt(QPointF at, double scale) {
    const QPointF fixed = m_view.toScene(at);
    m_view.scale = std::clamp(scale, minScale(), maxScale);
    m_view.origin = fixed - at / m_view.scale;
    m_view = kept(m_view);
}

void Camera::scrollBy(QPointF pixels) {
    m_view.origin += pixels / m_view.scale;
    m_view = kept(m_view);
}

void Camera::centerOn(QPointF scene) {
    m_view.origin = scene - QPointF(m_view.size.width(), m_view.size.height()) / (2 * m_view.scale);
    m_view = kept(m_view);
}

Viewport Camera::showing(const QRectF& scene, double limit) const {
    Viewport view = m_view;
    const double width = std::max(1.0, view.size.width() - 2 * margin);
    const double height = std::max(1.0, view.size.height() - 2 * margin);
    view.scale = std::min({limit, width / std::max(1.0, scene.width()), height / std::max(1.0, scene.height())});
    view.scale = std::clamp(view.scale, minScale(), maxScale);
    view.origin = scene.center() - QPointF(view.size.width(), view.size.height()) / (2 * view.scale);
    return kept(view);
}

Viewport Camera::opening(bool topDown) const {
    Viewport view = fitting();
    if (view.scale >= readable)
        return view;
    const double across = topDown ? (m_view.size.width() - 2 * margin) / std::max(1.0, m_content.width())
                                  : (m_view.size.height() - 2 * margin) / std::max(1.0, m_content.height());
    view.scale = std::clamp(across, readable, 1.0);
    const QSizeF span = view.size / view.scale;
    view.origin = topDown ? QPointF((m_content.width() - span.width()) / 2, -margin / view.scale)
                          : QPointF(-margin / view.scale, (m_content.height() - span.height()) / 2);
    return kept(view);
}

Viewport Camera::bringing(const QRectF& scene) const {
    Viewport view = m_view;
    const double room = std::min({60.0, view.size.width() / 4, view.size.height() / 4}) / view.scale;
    const QRectF wanted = scene.adjusted(-room, -room, room, room);
    const QSizeF span = view.size / view.scale;
    const auto move = [](double origin, double length, double low, double high) {
        if (high - low >= length)
            return low; // the beginning, where a frame has its title
        return std::clamp(origin, high - length, low);
    };
    view.origin.setX(move(view.origin.x(), span.width(), wanted.left(), wanted.right()));
    view.origin.setY(move(view.origin.y(), span.height(), wanted.top(), wanted.bottom()));
    return kept(view);
}

} // namespace lapidary
