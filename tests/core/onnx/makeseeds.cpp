// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the sample models as seeds for the fuzzer of the ONNX reader.
#include "onnx/onnxwriter.h"
#include "samplemodels.h"

#include <cstdio>
#include <fstream>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: make_onnx_seeds FOLDER\n");
        return 2;
    }
    for (const auto& [name, model] : lapidary::test::sampleModels()) {
        const auto bytes = lapidary::serializeOnnx(*model);
        if (!bytes) {
            std::fprintf(stderr, "%s: %s\n", name.c_str(), bytes.error().toString().c_str());
            return 1;
        }
        std::ofstream(std::string(argv[1]) + "/seed-" + name, std::ios::binary) << *bytes;
    }
    return 0;
}
