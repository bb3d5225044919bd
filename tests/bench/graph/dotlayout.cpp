// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/graph/dotlayout.h"

#include "bench/measure.h"

#include <cstdlib>
#include <fstream>
#include <locale>
#include <sstream>
#include <string>

namespace lapidary::bench {
namespace {

constexpr double unitsPerInch = 72;

void writeGraph(const LayoutGraph& graph, std::ostream& out) {
    const LayoutOptions gaps;
    out << "digraph g {\nrankdir=" << (graph.direction == LayoutDirection::TopDown ? "TB" : "LR")
        << "\nnodesep=" << gaps.nodeGap / unitsPerInch << "\nranksep=" << gaps.layerGap / unitsPerInch
        << "\nnode [shape=box fixedsize=true label=\"\"]\nedge [arrowhead=none]\n";
    for (std::size_t n = 0; n < graph.nodes.size(); ++n)
        out << "n" << n << " [width=" << graph.nodes[n].width / unitsPerInch
            << " height=" << graph.nodes[n].height / unitsPerInch << "]\n";
    for (const LayoutEdge& edge : graph.edges)
        out << "n" << edge.from << " -> n" << edge.to << "\n";
    out << "}\n";
}

/// A spline is a start and triples of control points.
std::vector<Curve> readCurves(std::istream& in) {
    std::vector<Curve> curves;
    std::string line;
    while (std::getline(in, line)) {
        std::istringstream words(line);
        words.imbue(std::locale::classic());
        std::string word, from, to;
        std::size_t count = 0;
        words >> word >> from >> to >> count;
        if (word != "edge" || count < 4)
            continue;
        Curve points(count);
        for (auto& [x, y] : points) {
            words >> x >> y;
            x *= unitsPerInch;
            y *= unitsPerInch;
        }
        Curve curve{points.front()};
        for (std::size_t i = 0; i + 3 < count; i += 3)
            appendBezier(curve, points[i], points[i + 1], points[i + 2], points[i + 3]);
        curves.push_back(std::move(curve));
    }
    return curves;
}

} // namespace

bool hasDot() {
    return std::system("command -v dot >/dev/null 2>&1") == 0;
}

std::optional<DotDrawing> drawWithDot(const LayoutGraph& graph, const std::filesystem::path& folder) {
    const auto input = folder / "graph.dot";
    const auto output = folder / "graph.plain";
    {
        std::ofstream file(input);
        file.imbue(std::locale::classic());
        writeGraph(graph, file);
    }
    const std::string command =
        "timeout 60 dot -Tplain -o '" + output.string() + "' '" + input.string() + "' 2>/dev/null";
    const double start = wallSeconds();
    if (std::system(command.c_str()) != 0)
        return std::nullopt;
    DotDrawing drawing;
    drawing.ms = 1000 * (wallSeconds() - start);
    std::ifstream file(output);
    drawing.curves = readCurves(file);
    return drawing;
}

} // namespace lapidary::bench
