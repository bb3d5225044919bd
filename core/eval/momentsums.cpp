// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/momentsums.h"

#include <algorithm>

namespace lapidary {

MomentSums::MomentSums(const WeightMatrix& matrix, const Graph& original, const ShapeTable& shapes,
                       const GramOptions& options)
    : m_matrix(matrix), m_shapes(shapes) {
    for (const NodeId id : matrix.nodes) {
        auto rows = LayerRows::of(original, shapes, *original.node(id));
        m_users.push_back(rows ? std::optional<GramCollector>(std::in_place, std::move(*rows), options) : std::nullopt);
    }
    const TensorPtr weight = original.constant(matrix.weight);
    if (auto weights = toFloats(*weight); weights && !m_users.empty() && m_users.front())
        m_weights = m_users.front()->layer().matrices(*weights);
}

Status MomentSums::add(const Batch& batch) {
    auto& user = m_users[batch.user];
    if (!user || !batch.input || batch.input->shape.empty())
        return {};
    const LayerRows& layer = user->layer();
    Shape out = *m_shapes.shape(layer.output);
    if (layer.isProduct()) {
        out = batch.input->shape;
        out.back() = std::int64_t(layer.outputs);
    } else {
        out.front() = batch.input->shape.front();
    }
    GramCollector::Targets targets;
    if (batch.originalInput)
        targets = [&](std::size_t sample, std::span<const std::uint32_t> positions, float* rows) {
            return writeTargets(batch, layer, out, sample, positions, rows);
        };
    return user->add(*batch.input, out, batch.first, batch.samples, targets);
}

std::optional<LayerMoments> MomentSums::finish() {
    LayerMoments moments;
    const auto d = Eigen::Index(m_matrix.columns()), outputs = Eigen::Index(m_matrix.outputs());
    double rows = 0;
    bool target = false;
    moments.gram.assign(m_matrix.groups, Eigen::MatrixXd::Zero(d, d));
    moments.mean.assign(m_matrix.groups, Eigen::VectorXd::Zero(d));
    LayerMoments::Target sums{RowMatrix::Zero(outputs, d), Eigen::VectorXd::Zero(outputs), 0};
    for (auto& user : m_users) {
        if (!user)
            return std::nullopt;
        const GramSums one = user->take();
        rows += double(one.rows);
        target = target || !one.cross.front().empty();
        for (std::size_t g = 0; g < m_matrix.groups; ++g)
            addGroup(one, g, moments, sums);
        for (std::size_t o = 0; o < one.targetSum.size(); ++o) {
            sums.mean(Eigen::Index(o)) += one.targetSum[o];
            sums.power += one.targetSquare[o];
        }
    }
    if (rows == 0)
        return std::nullopt;
    for (std::size_t g = 0; g < m_matrix.groups; ++g) {
        moments.gram[g] /= rows;
        moments.mean[g] /= rows;
    }
    if (target)
        moments.target = {sums.cross / rows, sums.mean / rows, sums.power / rows};
    return moments;
}

/// Features go by channel first, columns by kernel position.
std::size_t MomentSums::featureOf(Eigen::Index column) const {
    return std::size_t(column) % m_matrix.inputs * m_matrix.kernel + std::size_t(column) / m_matrix.inputs;
}

void MomentSums::addGroup(const GramSums& one, std::size_t g, LayerMoments& moments, LayerMoments::Target& sums) const {
    const auto d = Eigen::Index(m_matrix.columns());
    for (Eigen::Index j = 0; j < d; ++j) {
        const std::size_t fj = featureOf(j);
        for (Eigen::Index i = 0; i < d; ++i)
            moments.gram[g](i, j) += one.gram[g][fj * one.features + featureOf(i)];
        moments.mean[g](j) += one.inputSum[g * one.features + fj];
        for (std::size_t o = 0; o < one.outputs && !one.cross[g].empty(); ++o)
            sums.cross(Eigen::Index(g * one.outputs + o), j) += one.cross[g][fj * one.outputs + o];
    }
}

/// What the layer gives in the original model, plus what the shortcut beside it lacks by now.
Status MomentSums::writeTargets(const Batch& batch, const LayerRows& layer, const Shape& out, std::size_t sample,
                                std::span<const std::uint32_t> positions, float* rows) {
    const auto values = FloatView::of(*batch.originalInput);
    if (!values)
        return values.status();
    const auto count = Eigen::Index(positions.size()), width = Eigen::Index(layer.features()),
               outputs = Eigen::Index(layer.outputs);
    m_rows.resize(count, width);
    Eigen::Map<FloatRows> all(rows, count, outputs * Eigen::Index(layer.groups));
    const auto sources = layer.sources(batch.originalInput->shape, out, positions);
    for (std::size_t g = 0; g < layer.groups; ++g) {
        layer.unfold(values->span(), batch.originalInput->shape, batch.samples, sample, g, sources, m_rows.data());
        const Eigen::Map<const FloatRows> weights(m_weights.data() + g * layer.outputs * layer.features(), outputs,
                                                  width);
        all.middleCols(Eigen::Index(g) * outputs, outputs).noalias() = m_rows * weights.transpose();
    }
    if (!batch.shortcut || batch.shortcut->shape != out || batch.originalShortcut->shape != out)
        return {};
    m_beside.resize(count, all.cols());
    for (const TensorPtr& tensor : {batch.originalShortcut, batch.shortcut}) {
        const auto beside = FloatView::of(*tensor);
        if (!beside)
            return beside.status();
        layer.gather(beside->span(), out, batch.samples, sample, positions, m_beside.data());
        all += tensor == batch.shortcut ? FloatRows(-m_beside) : m_beside;
    }
    return {};
}

} // namespace lapidary
