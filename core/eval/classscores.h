// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"
#include "eval/inputadapter.h"
#include "runtime/session.h"

namespace lapidary {

/// Scores of some samples: rows x classes. For models that do not classify, rows x elements of the first output.
struct ScoreRows {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<float> values;

    std::span<const float> row(std::size_t index) const { return {values.data() + index * columns, columns}; }
};

/// Takes scores from what a model gives. Finds the output with a class axis: N x C, N x C x 1 x 1, N x 1 x 1 x C, or C
/// alone for models without a batch axis.
class OutputScores {
public:
    /// `outputName` empty: the first output with a class axis, else the first.
    OutputScores(std::vector<PortInfo> ports, std::string outputName)
        : m_ports(std::move(ports)), m_outputName(std::move(outputName)) {}

    /// Appends the first `rows` of `given` samples. Fails with "eval.output" when a named output does not exist or its
    /// shape changes between runs.
    Status append(const std::vector<TensorPtr>& outputs, std::size_t given, std::size_t rows, ScoreRows& scores);
    bool classifies() const { return m_classifies; }         ///< known after the first append()
    const std::string& text() const { return m_outputText; } ///< "'logits' 16x10", for messages

private:
    Status chooseOutput(const std::vector<TensorPtr>& outputs, std::size_t rows);

    std::vector<PortInfo> m_ports;
    std::string m_outputName;
    std::string m_outputText;
    std::size_t m_output = 0;
    bool m_chosen = false;
    bool m_classifies = false;
};

/// One model answering with scores.
class Scorer {
public:
    static Result<Scorer> open(std::unique_ptr<InferenceSession> session, const Dataset& data, std::string outputName);

    /// Fails as OutputScores::append does, and as running the model does.
    Result<ScoreRows> score(const Tensor& input, const Work& work);
    bool classifies() const { return m_output.classifies(); }         ///< known after the first score()
    const std::string& outputText() const { return m_output.text(); } ///< "'logits' 16x10", for messages
    double runtimeSeconds() const { return m_seconds; }

private:
    Scorer(std::unique_ptr<InferenceSession> session, InputAdapter adapter, std::string outputName)
        : m_session(std::move(session)), m_adapter(std::move(adapter)),
          m_output(m_session->outputs(), std::move(outputName)) {}

    std::unique_ptr<InferenceSession> m_session;
    InputAdapter m_adapter;
    OutputScores m_output;
    double m_seconds = 0;
};

/// Classes in an output for `rows` samples; nullopt if the output has no class axis.
std::optional<std::size_t> classAxis(const Shape& shape, std::size_t rows);

} // namespace lapidary
