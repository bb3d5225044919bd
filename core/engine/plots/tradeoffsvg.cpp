// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/plots/tradeoffsvg.h"

#include "engine/plots/labelplacer.h"
#include "engine/plots/niceticks.h"
#include "engine/plots/svgwriter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string_view>

namespace lapidary {
namespace {

struct Ink {
    std::string_view ground, text, muted, grid, line, frontier;
    std::array<std::string_view, 7> groups;
};

constexpr Ink dayInk{"#ffffff",
                     "#1b2026",
                     "#5b6672",
                     "#e8ebef",
                     "#c4cbd3",
                     "#d55e00",
                     {"#0072b2", "#b87a00", "#00825e", "#b8588c", "#2f8fc7", "#d55e00", "#8f8600"}};
constexpr Ink nightInk{"#17191d",
                       "#e5e8ec",
                       "#9ea7b3",
                       "#2a2e34",
                       "#4a515b",
                       "#f08a3c",
                       {"#3d9ddc", "#e69f00", "#1fb58a", "#cc79a7", "#7fcbf5", "#e97730", "#f0e442"}};

// No fonts are at hand, so a character counts as this share of the font size.
constexpr double characterWidth = 0.58;

double textWidth(std::string_view text, double size) {
    // Count UTF-8 lead bytes only.
    const auto characters = std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; });
    return double(characters) * size * characterWidth;
}

struct Range {
    double lower = std::numeric_limits<double>::infinity();
    double upper = -std::numeric_limits<double>::infinity();

    void include(double v) {
        if (std::isfinite(v)) {
            lower = std::min(lower, v);
            upper = std::max(upper, v);
        }
    }
    void pad(double share) {
        double margin = (upper - lower) * share;
        if (!(margin > 0)) {
            margin = std::max(std::abs(lower) * 0.1, 1e-6);
        }
        lower -= margin;
        upper += margin;
    }
};

class Picture {
public:
    explicit Picture(const TradeoffSvgData& data) : m_data(data), m_ink(data.dark ? nightInk : dayInk) {
        for (const TradeoffSvgPoint& p : data.points) {
            if (std::isfinite(p.x) && std::isfinite(p.y)) {
                m_points.push_back(&p);
            }
        }
        for (const TradeoffSvgPoint* p : m_points) {
            if (std::find(m_groups.begin(), m_groups.end(), p->group) == m_groups.end()) {
                m_groups.push_back(p->group);
            }
        }
        m_left = 76;
        m_right = data.width - 24;
        m_top = data.title.empty() ? 52 : 84;
        m_bottom = data.height - 58;
    }

    std::string draw() {
        m_svg.begin("svg",
                    {{"xmlns", "http://www.w3.org/2000/svg"},
                     {"viewBox", "0 0 " + SvgWriter::number(m_data.width) + ' ' + SvgWriter::number(m_data.height)},
                     {"width", m_data.width},
                     {"height", m_data.height},
                     {"role", "img"},
                     {"font-family", "system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"},
                     {"font-size", 12}});
        m_svg.text("title", {}, m_data.title.empty() ? m_data.y.label + " / " + m_data.x.label : m_data.title);
        m_svg.leaf("rect", {{"width", m_data.width}, {"height", m_data.height}, {"fill", m_ink.ground}});
        if (!m_data.title.empty()) {
            m_svg.text("text",
                       {{"x", m_left}, {"y", 30}, {"font-size", 16}, {"font-weight", 600}, {"fill", m_ink.text}},
                       m_data.title);
        }
        if (m_points.empty()) {
            drawEmpty();
        } else {
            findRanges();
            drawAxes();
            drawArrows();
            drawFrontier();
            drawErrorBars();
            drawMarkers();
            drawNames();
            drawLegend();
        }
        m_svg.end("svg");
        return m_svg.take();
    }

private:
    double px(double x) const { return m_left + (x - m_x.lower) / (m_x.upper - m_x.lower) * (m_right - m_left); }
    double py(double y) const { return m_bottom - (y - m_y.lower) / (m_y.upper - m_y.lower) * (m_bottom - m_top); }
    std::string_view groupColor(const std::string& group) const {
        const auto at = std::find(m_groups.begin(), m_groups.end(), group) - m_groups.begin();
        return m_ink.groups[std::size_t(at) % m_ink.groups.size()];
    }
    double radius(const TradeoffSvgPoint& p) const {
        if (!p.size || !std::isfinite(*p.size) || !(m_maxSize > 0)) {
            return 7;
        }
        // Area, not radius, carries the number; the smallest stays large enough to be hit and seen.
        return std::max(4.0, 16 * std::sqrt(std::max(0.0, *p.size) / m_maxSize));
    }

    void findRanges() {
        for (const TradeoffSvgPoint* p : m_points) {
            m_x.include(p->x);
            m_y.include(p->y);
            if (p->xInterval) {
                m_x.include(p->xInterval->lower);
                m_x.include(p->xInterval->upper);
            }
            if (p->yInterval) {
                m_y.include(p->yInterval->lower);
                m_y.include(p->yInterval->upper);
            }
            if (p->size && std::isfinite(*p->size)) {
                m_maxSize = std::max(m_maxSize, *p->size);
            }
        }
        m_x.pad(0.08);
        m_y.pad(0.1);
    }

    void drawEmpty() {
        m_svg.text(
            "text",
            {{"x", m_data.width / 2}, {"y", m_data.height / 2}, {"text-anchor", "middle"}, {"fill", m_ink.muted}},
            m_data.emptyText);
    }

    static std::string axisTitle(const TradeoffSvgAxis& axis) {
        const std::string arrow = axis.better == Better::Smaller ? " ↓" : " ↑";
        return axis.unit.empty() ? axis.label + arrow : axis.label + " (" + axis.unit + ")" + arrow;
    }

    void drawAxes() {
        const NiceTicks xTicks = niceTicks(m_x.lower, m_x.upper, 8);
        const NiceTicks yTicks = niceTicks(m_y.lower, m_y.upper, 6);
        for (const double v : xTicks.values) {
            m_svg.leaf("line", {{"x1", px(v)}, {"x2", px(v)}, {"y1", m_top}, {"y2", m_bottom}, {"stroke", m_ink.grid}});
            m_svg.text("text", {{"x", px(v)}, {"y", m_bottom + 18}, {"text-anchor", "middle"}, {"fill", m_ink.muted}},
                       fixedNumber(v, xTicks.decimals));
        }
        for (const double v : yTicks.values) {
            m_svg.leaf("line", {{"x1", m_left}, {"x2", m_right}, {"y1", py(v)}, {"y2", py(v)}, {"stroke", m_ink.grid}});
            m_svg.text("text", {{"x", m_left - 8}, {"y", py(v) + 4}, {"text-anchor", "end"}, {"fill", m_ink.muted}},
                       fixedNumber(v, yTicks.decimals));
        }
        m_svg.leaf("line",
                   {{"x1", m_left}, {"x2", m_right}, {"y1", m_bottom}, {"y2", m_bottom}, {"stroke", m_ink.line}});
        m_svg.leaf("line", {{"x1", m_left}, {"x2", m_left}, {"y1", m_top}, {"y2", m_bottom}, {"stroke", m_ink.line}});
        m_svg.text(
            "text",
            {{"x", (m_left + m_right) / 2}, {"y", m_data.height - 14}, {"text-anchor", "middle"}, {"fill", m_ink.text}},
            axisTitle(m_data.x));
        const double middle = (m_top + m_bottom) / 2;
        m_svg.text("text",
                   {{"x", 20},
                    {"y", middle},
                    {"text-anchor", "middle"},
                    {"fill", m_ink.text},
                    {"transform", "rotate(-90 20 " + SvgWriter::number(middle) + ")"}},
                   axisTitle(m_data.y));
    }

    void drawArrows() {
        m_svg.begin("g", {{"class", "lineage"}, {"stroke", m_ink.line}, {"fill", m_ink.line}});
        for (const TradeoffSvgPoint* child : m_points) {
            const auto parent = std::find_if(m_points.begin(), m_points.end(), [child](const TradeoffSvgPoint* p) {
                return !child->parentId.empty() && p != child && p->id == child->parentId;
            });
            if (parent != m_points.end()) {
                drawArrow(**parent, *child);
            }
        }
        m_svg.end("g");
    }

    void drawArrow(const TradeoffSvgPoint& from, const TradeoffSvgPoint& to) {
        const double dx = px(to.x) - px(from.x);
        const double dy = py(to.y) - py(from.y);
        const double length = std::hypot(dx, dy);
        const double start = radius(from) + 2;
        const double stop = length - radius(to) - 3;
        if (stop - start < 8) {
            return;
        }
        const double ux = dx / length;
        const double uy = dy / length;
        const double tipX = px(from.x) + ux * stop;
        const double tipY = py(from.y) + uy * stop;
        m_svg.leaf("line", {{"x1", px(from.x) + ux * start},
                            {"y1", py(from.y) + uy * start},
                            {"x2", tipX - ux * 5},
                            {"y2", tipY - uy * 5}});
        m_lines.push_back({px(from.x), py(from.y), px(to.x), py(to.y)});
        std::string path = "M" + SvgWriter::number(tipX) + ' ' + SvgWriter::number(tipY);
        for (const double side : {1.0, -1.0}) {
            path += " L" + SvgWriter::number(tipX - ux * 7 - uy * 3.2 * side) + ' ' +
                    SvgWriter::number(tipY - uy * 7 + ux * 3.2 * side);
        }
        path += 'Z';
        m_svg.leaf("path", {{"d", path}, {"stroke", "none"}});
    }

    void drawFrontier() {
        std::vector<PlotPoint> all;
        for (const TradeoffSvgPoint* p : m_points) {
            all.push_back({p->x, p->y});
        }
        m_frontier = paretoFrontier(all, m_data.x.better, m_data.y.better);
        std::vector<PlotPoint> best;
        for (const std::size_t i : m_frontier) {
            best.push_back(all[i]);
        }
        std::string path;
        std::optional<PlotPoint> last;
        for (const PlotPoint& corner : frontierStaircase(best, m_data.x.better)) {
            path +=
                (path.empty() ? 'M' : 'L') + SvgWriter::number(px(corner.x)) + ' ' + SvgWriter::number(py(corner.y));
            if (last) {
                m_lines.push_back({px(last->x), py(last->y), px(corner.x), py(corner.y)});
            }
            last = corner;
        }
        m_svg.leaf("path", {{"class", "frontier"},
                            {"d", path},
                            {"fill", "none"},
                            {"stroke", m_ink.frontier},
                            {"stroke-width", 2},
                            {"stroke-linejoin", "round"},
                            {"opacity", 0.85}});
    }

    void drawErrorBars() {
        for (const TradeoffSvgPoint* p : m_points) {
            const std::string_view color = groupColor(p->group);
            if (p->xInterval) {
                const double y = py(p->y);
                m_svg.leaf("path", {{"class", "error"},
                                    {"fill", "none"},
                                    {"stroke", color},
                                    {"opacity", 0.7},
                                    {"d", bar(px(p->xInterval->lower), y, px(p->xInterval->upper), y, 0, 4)}});
                m_lines.push_back({px(p->xInterval->lower), y, px(p->xInterval->upper), y});
            }
            if (p->yInterval) {
                const double x = px(p->x);
                m_svg.leaf("path", {{"class", "error"},
                                    {"fill", "none"},
                                    {"stroke", color},
                                    {"opacity", 0.7},
                                    {"d", bar(x, py(p->yInterval->lower), x, py(p->yInterval->upper), 4, 0)}});
                m_lines.push_back({x, py(p->yInterval->lower), x, py(p->yInterval->upper)});
            }
        }
    }

    static std::string bar(double x1, double y1, double x2, double y2, double capX, double capY) {
        const auto at = [](char command, double x, double y) {
            return command + SvgWriter::number(x) + ' ' + SvgWriter::number(y);
        };
        return at('M', x1, y1) + at('L', x2, y2) + at('M', x1 - capX, y1 - capY) + at('L', x1 + capX, y1 + capY) +
               at('M', x2 - capX, y2 - capY) + at('L', x2 + capX, y2 + capY);
    }

    void drawMarkers() {
        std::vector<const TradeoffSvgPoint*> order = m_points;
        // Large ones first, so that no small one lies hidden under a large one.
        std::stable_sort(order.begin(), order.end(),
                         [this](const auto* a, const auto* b) { return radius(*a) > radius(*b); });
        for (const TradeoffSvgPoint* p : order) {
            const bool hollow = p->xEstimated || p->yEstimated;
            const std::string_view color = groupColor(p->group);
            m_svg.leaf("circle", {{"cx", px(p->x)}, {"cy", py(p->y)}, {"r", radius(*p)}, {"fill", m_ink.ground}});
            m_svg.begin("circle", {{"class", hollow ? "point estimate" : "point measurement"},
                                   {"cx", px(p->x)},
                                   {"cy", py(p->y)},
                                   {"r", radius(*p)},
                                   {"fill", hollow ? m_ink.ground : color},
                                   {"stroke", hollow ? color : m_ink.ground},
                                   {"stroke-width", hollow ? 2.0 : 1.0},
                                   {"fill-opacity", hollow ? 0.55 : 0.88}});
            m_svg.text("title", {}, tooltip(*p));
            m_svg.end("circle");
        }
    }

    std::string tooltip(const TradeoffSvgPoint& p) const {
        const auto line = [this](const TradeoffSvgAxis& axis, double value, const std::optional<PlotInterval>& interval,
                                 bool estimated) {
            std::string text = "\n" + axis.label + ": " + shortNumber(value);
            if (interval) {
                text += " [" + shortNumber(interval->lower) + ", " + shortNumber(interval->upper) + "]";
            }
            text += axis.unit.empty() ? "" : " " + axis.unit;
            return text + " (" + (estimated ? m_data.estimateText : m_data.measurementText) + ")";
        };
        std::string text =
            p.name + line(m_data.y, p.y, p.yInterval, p.yEstimated) + line(m_data.x, p.x, p.xInterval, p.xEstimated);
        if (p.size && !m_data.sizeLabel.empty()) {
            text += "\n" + m_data.sizeLabel + ": " + shortNumber(*p.size);
        }
        return text;
    }

    void drawNames() {
        std::vector<std::size_t> order = m_frontier;
        for (std::size_t i = 0; i < m_points.size(); ++i) {
            if (std::find(m_frontier.begin(), m_frontier.end(), i) == m_frontier.end()) {
                order.push_back(i);
            }
        }
        std::vector<LabelWish> wishes;
        std::vector<LabelBox> markers;
        for (const std::size_t i : order) {
            const TradeoffSvgPoint& p = *m_points[i];
            const double r = radius(p);
            wishes.push_back({px(p.x), py(p.y), r, textWidth(p.name, 11), 14});
            markers.push_back({px(p.x) - r, py(p.y) - r, 2 * r, 2 * r});
        }
        const auto places = placeLabels(wishes, markers, m_lines, {m_left, m_top, m_right - m_left, m_bottom - m_top});
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (places[i]) {
                m_svg.text("text",
                           {{"class", "name"},
                            {"x", places[i]->left},
                            {"y", places[i]->top + 11},
                            {"font-size", 11},
                            {"fill", m_ink.text},
                            {"stroke", m_ink.ground},
                            {"stroke-width", 3},
                            {"stroke-linejoin", "round"},
                            {"paint-order", "stroke"}},
                           m_points[order[i]]->name);
            }
        }
    }

    void drawLegend() {
        double x = m_left;
        const double y = m_top - 24;
        const auto entry = [&](const std::string& label, auto&& mark) {
            mark(x + 6, y);
            m_svg.text("text", {{"x", x + 18}, {"y", y + 4}, {"fill", m_ink.muted}}, label);
            x += 18 + textWidth(label, 12) + 18;
        };
        for (const std::string& group : m_groups) {
            if (!group.empty()) {
                entry(group, [&](double cx, double cy) {
                    m_svg.leaf("circle", {{"cx", cx}, {"cy", cy}, {"r", 5}, {"fill", groupColor(group)}});
                });
            }
        }
        entry(m_data.frontierText, [&](double cx, double cy) {
            m_svg.leaf("line", {{"x1", cx - 6},
                                {"x2", cx + 6},
                                {"y1", cy},
                                {"y2", cy},
                                {"stroke", m_ink.frontier},
                                {"stroke-width", 2}});
        });
        entry(m_data.measurementText, [&](double cx, double cy) {
            m_svg.leaf("circle", {{"cx", cx}, {"cy", cy}, {"r", 5}, {"fill", m_ink.muted}});
        });
        entry(m_data.estimateText, [&](double cx, double cy) {
            m_svg.leaf(
                "circle",
                {{"cx", cx}, {"cy", cy}, {"r", 5}, {"fill", "none"}, {"stroke", m_ink.muted}, {"stroke-width", 2}});
        });
        if (!m_data.sizeLabel.empty()) {
            m_svg.text("text", {{"x", m_right}, {"y", y + 4}, {"text-anchor", "end"}, {"fill", m_ink.muted}},
                       "◯ ∝ " + m_data.sizeLabel);
        }
    }

    const TradeoffSvgData& m_data;
    const Ink& m_ink;
    SvgWriter m_svg;
    std::vector<const TradeoffSvgPoint*> m_points;
    std::vector<std::string> m_groups;
    std::vector<std::size_t> m_frontier;
    std::vector<LabelLine> m_lines; ///< what names had better not cross
    Range m_x;
    Range m_y;
    double m_maxSize = 0;
    double m_left = 0;
    double m_right = 0;
    double m_top = 0;
    double m_bottom = 0;
};

} // namespace

std::string renderTradeoffSvg(const TradeoffSvgData& data) {
    return Picture(data).draw();
}

} // namespace lapidary
