// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/csv.h"

#include <algorithm>

namespace lapidary {

namespace {

class CsvParser {
public:
    explicit CsvParser(std::string_view text) : m_text(text) {
        if (m_text.starts_with("\xef\xbb\xbf"))
            m_text.remove_prefix(3);
    }

    Result<std::vector<CsvRow>> parse() {
        std::vector<CsvRow> rows;
        while (m_at < m_text.size()) {
            CsvRow row;
            row.line = m_line;
            if (auto status = readRow(row); !status)
                return status;
            if (row.cells.size() > 1 || !row.cells.front().empty())
                rows.push_back(std::move(row));
        }
        return rows;
    }

private:
    Status readRow(CsvRow& row) {
        for (;;) {
            std::string cell;
            if (auto status = readCell(cell); !status)
                return status;
            row.cells.push_back(std::move(cell));
            if (m_at >= m_text.size())
                return {};
            const char end = m_text[m_at++];
            if (end == ',')
                continue;
            if (end == '\r' && m_at < m_text.size() && m_text[m_at] == '\n')
                ++m_at;
            ++m_line;
            return {};
        }
    }

    Status readCell(std::string& cell) {
        if (m_at < m_text.size() && m_text[m_at] == '"')
            return readQuoted(cell);
        const auto end = std::min(m_text.find_first_of(",\r\n", m_at), m_text.size());
        cell = m_text.substr(m_at, end - m_at);
        m_at = end;
        return {};
    }

    Status readQuoted(std::string& cell) {
        const auto opened = m_line;
        ++m_at;
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (c == '\n')
                ++m_line;
            if (c != '"') {
                cell += c;
            } else if (m_at + 1 < m_text.size() && m_text[m_at + 1] == '"') {
                cell += '"';
                ++m_at;
            } else {
                ++m_at;
                return expectEnd(opened);
            }
        }
        return errorDiagnostic("dataset.format",
                               "The quote opened on line " + std::to_string(opened) + " is never closed.");
    }

    Status expectEnd(std::size_t line) const {
        if (m_at >= m_text.size() || m_text[m_at] == ',' || m_text[m_at] == '\r' || m_text[m_at] == '\n')
            return {};
        return errorDiagnostic("dataset.format",
                               "There is text after a closing quote on line " + std::to_string(line) + ".",
                               "Quotes inside a quoted cell are written twice.");
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::size_t m_line = 1;
};

} // namespace

Result<std::vector<CsvRow>> parseCsv(std::string_view text) {
    return CsvParser(text).parse();
}

} // namespace lapidary
