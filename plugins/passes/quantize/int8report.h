// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "int8rewrite.h"

namespace lapidary {

/// What was done, with a row per node in graph order: "ran int8 …" or "stayed float: reason", as ONNX Runtime ran the
/// result. Where it could not be asked (see CalibrationProvider::usedKernels) the rows say what was written, and a note
/// says why. Rows of nodes with constants have what these take in the file, before and after, in bytes (with their
/// scales and zero points) and bits an element of the weight. `model`: prepared
/// from that of `input`. Fails only when stopped.
Result<PassOutcome> reportInt8(const Model& model, const PassInput& input, const Int8Plan& plan,
                               const Int8Options& options, const Int8Result& result, const CalibrationData& data,
                               CalibrationProvider& calibration, const Work& work);

} // namespace lapidary
