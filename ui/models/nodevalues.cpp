// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/nodevalues.h"

#include "base/json.h"

#include <charconv>
#include <cmath>
#include <fstream>
#include <optional>
#include <set>
#include <unordered_map>

namespace lapidary {

namespace {

constexpr std::uintmax_t largestFile = 64U << 20;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<double> toNumber(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('+'))
        text.remove_prefix(1);
    double value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

std::string shortened(std::string_view text) {
    return text.size() <= 60 ? std::string(text) : std::string(text.substr(0, 60)) + "...";
}

/// Collects values under the names the model's nodes go by.
class Collector {
public:
    Collector(const std::string& file, const Graph& graph) : m_file(file) {
        for (const auto& node : graph.nodes())
            for (const auto output : node->outputs)
                if (const auto* value = graph.value(output))
                    m_ids.emplace(value->name, node->id);
        for (const auto& node : graph.nodes())
            m_ids.insert_or_assign(displayName(*node), node->id);
    }

    Diagnostic problem(std::string code, std::string text, std::size_t line, std::string hint = {}) const {
        if (line > 0)
            text = "Line " + std::to_string(line) + ": " + text;
        return errorDiagnostic(std::move(code), std::move(text), std::move(hint)).inFile(m_file);
    }

    /// line 0: not known.
    Status add(std::string_view name, double value, std::size_t line) {
        if (!std::isfinite(value))
            return problem("values.number", "the value of '" + shortened(name) + "' is not a finite number", line,
                           "Leave nodes without a value out.");
        const auto it = m_ids.find(std::string(name));
        if (it == m_ids.end()) {
            result.unknown.emplace_back(name);
            return {};
        }
        if (!result.values.emplace(it->second, value).second)
            return problem("values.twice", "node '" + shortened(name) + "' has a value already", line);
        return {};
    }

    Result<NodeValues> finish() {
        if (result.values.empty() && result.unknown.empty())
            return problem("values.empty", "The file has no values", 0, "Write lines such as  conv1,0.25");
        if (result.values.empty())
            return problem("values.unknown",
                           "None of the " + std::to_string(result.unknown.size()) +
                               " names is in this model, such as '" + shortened(result.unknown.front()) + "'",
                           0, "Names are those the graph shows; the file may belong to another model.");
        return std::move(result);
    }

    NodeValues result;

private:
    const std::string& m_file;
    std::unordered_map<std::string, NodeId> m_ids;
};

/// One line of CSV after the other (RFC 4180: quotes may hold separators, line ends and doubled quotes).
class CsvReader {
public:
    CsvReader(std::string_view text, char separator) : m_text(text), m_separator(separator) {}

    std::size_t line() const { return m_start; } ///< on which the last record began
    bool unclosed() const { return m_unclosed; }

    bool next(std::vector<std::string>& fields) {
        fields.clear();
        if (m_at >= m_text.size())
            return false;
        m_start = m_line;
        fields.emplace_back();
        bool quoted = false;
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (c == '\n')
                ++m_line;
            if (quoted) {
                if (c != '"')
                    fields.back() += c;
                else if (m_at + 1 < m_text.size() && m_text[m_at + 1] == '"')
                    fields.back() += m_text[++m_at];
                else
                    quoted = false;
            } else if (c == '"' && trimmed(fields.back()).empty()) {
                fields.back().clear();
                quoted = true;
            } else if (c == m_separator) {
                fields.emplace_back();
            } else if (c == '\n') {
                ++m_at;
                break;
            } else {
                fields.back() += c;
            }
        }
        m_unclosed = quoted;
        return true;
    }

private:
    std::string_view m_text;
    char m_separator;
    std::size_t m_at = 0;
    std::size_t m_line = 1;
    std::size_t m_start = 1;
    bool m_unclosed = false;
};

char separatorOf(std::string_view text) {
    const auto first = text.substr(0, text.find('\n'));
    for (const char c : {'\t', ';', ','})
        if (first.find(c) != std::string_view::npos)
            return c;
    return ',';
}

Status addRecord(Collector& collector, const std::vector<std::string>& fields, std::size_t line) {
    const auto name = trimmed(fields[0]);
    if (fields.size() < 2 || name.empty())
        return collector.problem("values.syntax", "there must be a node and a value", line,
                                 "Write lines such as  conv1,0.25  or  conv1,0.25,ms");
    if (fields.size() > 3)
        return collector.problem("values.syntax",
                                 "there are " + std::to_string(fields.size()) + " fields, at most 3 are expected", line,
                                 "Put names that hold the separator in double quotes.");
    const auto value = toNumber(fields[1]);
    if (!value)
        return collector.problem("values.number", "'" + shortened(trimmed(fields[1])) + "' is not a number", line,
                                 "Numbers are written like 0.25 or 1e-3.");
    if (fields.size() == 3) {
        const auto unit = trimmed(fields[2]);
        if (collector.result.unit.empty())
            collector.result.unit = std::string(unit);
        else if (!unit.empty() && unit != collector.result.unit)
            return collector.problem("values.unit",
                                     "the unit is '" + shortened(unit) + "', it was '" +
                                         shortened(collector.result.unit) + "' before",
                                     line, "All values of a file share one unit.");
    }
    return collector.add(name, *value, line);
}

Result<NodeValues> parseCsv(std::string_view text, Collector& collector) {
    CsvReader reader(text, separatorOf(text));
    std::vector<std::string> fields;
    bool first = true;
    while (reader.next(fields)) {
        if (reader.unclosed())
            return collector.problem("values.syntax", "a quotation is not closed", reader.line());
        const bool empty = fields.size() == 1 && trimmed(fields[0]).empty();
        const bool comment = trimmed(fields[0]).starts_with('#');
        if (empty || comment)
            continue;
        const bool header = std::exchange(first, false) && trimmed(fields[0]) == "node";
        if (header) {
            if (fields.size() >= 2 && trimmed(fields[1]) != "value" && !trimmed(fields[1]).empty())
                collector.result.title = std::string(trimmed(fields[1]));
            continue;
        }
        if (auto status = addRecord(collector, fields, reader.line()); !status)
            return status;
    }
    return collector.finish();
}

Result<NodeValues> parseJson(std::string_view text, Collector& collector, const std::string& file) {
    const auto json = Json::parse(text);
    if (!json) {
        Diagnostic problem = json.error();
        return std::move(problem).inFile(file);
    }
    if (!(*json)["values"].isObject())
        return collector.problem("values.syntax", "There is no object \"values\"", 0,
                                 R"(Write {"title": "…", "unit": "…", "values": {"conv1": 0.25}}.)");
    if ((*json)["title"].isString())
        collector.result.title = (*json)["title"].toString();
    collector.result.unit = (*json)["unit"].toString();
    collector.result.predicted = (*json)["predicted"].toBool();
    collector.result.higherIsWorse = (*json)["higher_is_worse"].toBool(true);
    for (const auto& [name, value] : (*json)["values"].object()) {
        if (!value.isNumber())
            return collector.problem("values.number", "The value of '" + shortened(name) + "' is not a number", 0,
                                     "Leave nodes without a value out.");
        if (auto status = collector.add(name, value.toDouble(), 0); !status)
            return status;
    }
    return collector.finish();
}

} // namespace

Result<NodeValues> parseNodeValues(std::string_view text, const std::string& file, const Graph& graph) {
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    Collector collector(file, graph);
    collector.result.title = std::filesystem::path(file).stem().string();
    if (text.find('\0') != std::string_view::npos)
        return collector.problem("values.syntax", "This is not a text file", 0,
                                 "Choose a CSV or JSON file with node values.");
    return trimmed(text).starts_with('{') ? parseJson(text, collector, file) : parseCsv(text, collector);
}

Result<NodeValues> readNodeValues(const std::filesystem::path& file, const Graph& graph) {
    const auto failed = [&](std::string why) {
        return errorDiagnostic("values.read", "Cannot read the values: " + std::move(why)).inFile(file.string());
    };
    std::error_code code;
    const auto size = std::filesystem::file_size(file, code);
    if (code)
        return failed(code.message());
    if (size > largestFile)
        return failed("the file has more than 64 MB");
    std::ifstream stream(file, std::ios::binary);
    std::string text(std::size_t(size), '\0');
    if (!stream.read(text.data(), std::streamsize(size)) && size > 0)
        return failed("the file cannot be opened or ended early");
    return parseNodeValues(text, file.string(), graph);
}

} // namespace lapidary
