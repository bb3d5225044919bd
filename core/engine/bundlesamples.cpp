// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/bundletexts.h"
#include "project/atomicfile.h"

#include <QFile>

#include <algorithm>
#include <array>

// Outside of every namespace, as Qt asks: makes the resources known when the room is linked statically.
static void initBundleResources() {
    Q_INIT_RESOURCE(bundle);
}

namespace lapidary {

namespace {

constexpr std::array<std::pair<DataType, const char*>, 5> types = {{{DataType::Float, "Float"},
                                                                    {DataType::UInt8, "UInt8"},
                                                                    {DataType::Int8, "Int8"},
                                                                    {DataType::Int32, "Int32"},
                                                                    {DataType::Int64, "Int64"}}};

const char* typeName(DataType type) {
    for (const auto& [known, name] : types)
        if (known == type)
            return name;
    return nullptr;
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out += std::string("\\") + c;
        else if (code >= 32 && code < 127 && c != '?')
            out += c;
        else // three octal digits: what follows cannot become part of the escape
            out += std::string("\\") + char('0' + code / 64) + char('0' + code / 8 % 8) + char('0' + code % 8);
    }
    return out + "\"";
}

std::string numbers(const std::vector<double>& values, std::size_t count, double fallback) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        const double value = values.empty() ? fallback : values[values.size() == 1 ? 0 : i];
        text += (i ? ", " : "") + Json(value).dump();
    }
    return text;
}

std::string goldensText(const BundleDescription& description) {
    std::string text = "struct Golden {\n    const char* raw;\n    std::size_t row;\n    const char* input;\n"
                       "    const char* outputs[" +
                       std::to_string(description.outputs.size()) +
                       "];\n};\n"
                       "inline constexpr Golden goldens[] = {\n";
    for (const auto& golden : description.goldens) {
        text += "    {" + quoted(golden.raw) + ", " + std::to_string(golden.row) + ", " +
                quoted(golden.inputs.front()) + ", {";
        for (std::size_t i = 0; i < golden.outputs.size(); ++i)
            text += (i ? ", " : "") + quoted(golden.outputs[i]);
        text += "}},\n";
    }
    return text + "};\n";
}

std::string interpolationName(Interpolation interpolation) {
    switch (interpolation) {
    case Interpolation::Area:
        return "Area";
    case Interpolation::Cubic:
        return "Cubic";
    case Interpolation::Nearest:
        return "Nearest";
    case Interpolation::Linear:
        break;
    }
    return "Linear";
}

std::string contractText(const BundleDescription& description) {
    const auto& p = *description.preprocess;
    const bool arrays = !description.goldens.empty() && description.goldens.front().raw.ends_with(".npy");
    const std::size_t channels =
        arrays ? std::max<std::size_t>({1, p.mean.size(), p.std.size()}) : std::size_t(p.channels());
    const auto line = [](const std::string& type, const std::string& name, const std::string& value) {
        return "inline constexpr " + type + " " + name + " = " + value + ";\n";
    };
    const auto resize = p.resizeTo.value_or(std::pair(0, 0));
    std::string shape;
    for (const auto extent : description.goldenInputShape)
        shape += (shape.empty() ? "" : ", ") + std::to_string(extent);
    std::string text = "// SPDX-License-Identifier: 0BSD\n"
                       "// What the network expects. Lapidary made this file from bundle.json.\n"
                       "#pragma once\n\n#include <cstddef>\n#include <cstdint>\n\nnamespace contract {\n\n"
                       "enum class Color { Rgb, Bgr, Gray };\n"
                       "enum class Interpolation { Area, Linear, Cubic, Nearest };\n"
                       "enum class Type { Float, UInt8, Int8, Int32, Int64 };\n\n";
    text += line("const char*", "model", quoted(description.modelFile));
    text += line("const char*", "input", quoted(p.input));
    text += line("Type", "inputType", std::string("Type::") + typeName(description.inputs.front().type));
    text += line("std::int64_t", "inputShape[]", "{" + shape + "}");
    text += "\n// A picture is brought into this order of colours, resized, cropped in the middle, and then each byte "
            "becomes\n"
            "// (byte * scale - mean) / deviation.\n";
    text += line("Color", "color",
                 p.color == ColorOrder::Gray  ? "Color::Gray"
                 : p.color == ColorOrder::Bgr ? "Color::Bgr"
                                              : "Color::Rgb");
    text += line("int", "resizeShorter", std::to_string(p.resizeShorter.value_or(0)));
    text += line("int", "resizeWidth", std::to_string(resize.first)) +
            line("int", "resizeHeight", std::to_string(resize.second));
    text += line("Interpolation", "interpolation", "Interpolation::" + interpolationName(p.interpolation));
    text += line("int", "crop", std::to_string(p.crop.value_or(0)));
    text += line("double", "scale", Json(p.scale).dump());
    text += line("double", "mean[]", "{" + numbers(p.mean, channels, 0) + "}");
    text += line("double", "deviation[]", "{" + numbers(p.std, channels, 1) + "}");
    text += line("bool", "channelsFirst", p.layout == Layout::Nchw ? "true" : "false");
    text += "\n// Output index = label + offset.\n";
    text += line("std::int64_t", "labelOffset", std::to_string(description.labelOffset));
    text += "\n// Of an input's numbers; of an output's, as a share of its largest magnitude.\n";
    text += line("double", "preprocessTolerance", Json(description.preprocessTolerance).dump());
    text += line("double", "outputTolerance[]",
                 "{" + numbers(description.outputTolerances, description.outputTolerances.size(), 0) + "}");
    return text + "\n" + goldensText(description) + "\n} // namespace contract\n";
}

Status copyResource(const char* name, const std::filesystem::path& to) {
    initBundleResources();
    QFile file(QStringLiteral(":/bundle/") + QString::fromLatin1(name));
    if (!file.open(QIODevice::ReadOnly))
        return errorDiagnostic("file.open", std::string("The program lacks its resource ") + name);
    const auto bytes = file.readAll();
    return writeFileAtomically(to, std::string_view(bytes.constData(), std::size_t(bytes.size())));
}

} // namespace

Status writeBundleSamples(const BundleDescription& description, const std::filesystem::path& folder) {
    if (!description.preprocess || description.goldens.empty() || description.goldens.front().raw.empty())
        return {};
    const auto samples = folder / "samples";
    if (auto status = copyResource("classify.py", samples / "python/classify.py"); !status)
        return status;
    if (!typeName(description.inputs.front().type))
        return {};
    for (const auto* name : {"classify.cpp", "preprocess.h", "CMakeLists.txt"})
        if (auto status = copyResource(name, samples / "cpp" / name); !status)
            return status;
    return writeFileAtomically(samples / "cpp/contract.h", contractText(description));
}

} // namespace lapidary
