// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lapidary::bench {

/// The words of a bench's command line, taken out one kind after another; what is left are parts of models' names.
class BenchArguments {
public:
    BenchArguments(int argc, char** argv) : m_words(argv + 1, argv + std::max(argc, 1)) {}

    /// Whether `word` was given.
    bool take(const std::string& word) { return std::erase(m_words, word) > 0; }

    /// The number after `word`; nothing without both.
    std::optional<double> takeNumber(const std::string& word) {
        const auto at = std::ranges::find(m_words, word);
        if (at == m_words.end() || at + 1 == m_words.end())
            return std::nullopt;
        const double number = std::atof((at + 1)->c_str());
        m_words.erase(at, at + 2);
        return number;
    }

    /// Those of `choices` that were given, in the order they were given in.
    std::vector<std::string> takeAnyOf(const std::vector<std::string>& choices) {
        return takeIf([&](const std::string& word) { return std::ranges::find(choices, word) != choices.end(); });
    }

    /// Words of the form "key=value".
    std::vector<std::string> takeAssignments() {
        return takeIf([](const std::string& word) { return word.find('=') != std::string::npos; });
    }

    std::set<std::string> rest() const { return {m_words.begin(), m_words.end()}; }

private:
    template <typename Fits>
    std::vector<std::string> takeIf(Fits fits) {
        std::vector<std::string> taken;
        std::ranges::copy_if(m_words, std::back_inserter(taken), fits);
        std::erase_if(m_words, fits);
        return taken;
    }

    std::vector<std::string> m_words;
};

} // namespace lapidary::bench
