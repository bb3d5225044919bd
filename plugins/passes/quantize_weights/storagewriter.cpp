// SPDX-License-Identifier: GPL-3.0-or-later
#include "storagewriter.h"

#include "graph/operatortraits.h"

namespace lapidary {
namespace {

constexpr std::string_view runtimeDomain = "com.microsoft";

/// By group, then by output, where the file wants it so.
template <typename T>
std::vector<T> inFileOrder(const WeightStorage& storage, const std::vector<T>& cells) {
    if (!storage.inputsFirst || storage.groups == 1 || storage.shared || storage.form == StorageForm::MatMulNBits)
        return cells;
    const std::size_t rows = cells.size() / storage.groups;
    std::vector<T> turned(cells.size());
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t g = 0; g < storage.groups; ++g)
            turned[g * rows + r] = cells[r * storage.groups + g];
    return turned;
}

std::vector<std::int16_t> elementOrder(const WeightMatrix& matrix, const std::vector<std::int16_t>& codes) {
    std::vector<std::int16_t> turned(codes.size());
    const std::size_t columns = matrix.columns();
    for (std::size_t output = 0; output < matrix.outputs(); ++output)
        for (std::size_t c = 0; c < columns; ++c)
            turned[matrix.element(output / matrix.rows, output % matrix.rows, c)] = codes[output * columns + c];
    return turned;
}

TensorPtr codeTensor(const WeightMatrix& matrix, const WeightStorage& storage, const LayerCodes* codes) {
    const CodeWords words(storage.words() ? storage.bits : 8);
    if (!codes)
        return makeTensor(storage.codeType,
                          storage.words() ? Shape{std::int64_t(words.words(matrix.count())), 1} : storage.view, Blob());
    const auto ordered = elementOrder(matrix, codes->codes);
    if (!storage.words())
        return packIntegers(storage.codeType, storage.view, ordered);
    std::vector<std::uint8_t> shifted;
    shifted.reserve(ordered.size());
    for (const std::int16_t code : ordered)
        shifted.push_back(std::uint8_t(code - codes->grid.lowest));
    return packWords(words, shifted);
}

Attribute to(DataType type) {
    return makeAttribute("to", std::int64_t(type));
}

} // namespace

Result<StorageWriter::Constants> StorageWriter::constantsOf(const WeightMatrix& matrix, const WeightStorage& storage,
                                                            const LayerCodes* codes) {
    Constants constants;
    const bool product = storage.form == StorageForm::MatMulNBits;
    constants.codes = product ? productCodes(storage, matrix.outputs(), codes) : codeTensor(matrix, storage, codes);
    const Shape scaleShape = product ? Shape{std::int64_t(storage.scaleCount())} : storage.scaleShape;
    const DataType zeroType = storage.form == StorageForm::Dequantize ? storage.codeType : DataType::UInt8;
    if (!codes) {
        constants.scales = makeTensor(storage.scaleType, scaleShape, Blob());
        if (storage.zeros)
            constants.zeros =
                product ? productZeros(storage, matrix.outputs(), codes) : makeTensor(zeroType, scaleShape, Blob());
        return constants;
    }
    auto scales = fromFloats(storage.scaleType, scaleShape, inFileOrder(storage, codes->grid.scales));
    if (!scales)
        return scales.status();
    constants.scales = std::move(*scales);
    if (storage.zeros)
        constants.zeros = product ? productZeros(storage, matrix.outputs(), codes)
                                  : packIntegers(zeroType, scaleShape, inFileOrder(storage, codes->grid.zeros));
    return constants;
}

ValueId StorageWriter::addNode(std::string op, std::vector<ValueId> inputs, ValueId output,
                               std::vector<Attribute> attributes, std::string name) {
    Node node;
    node.name = std::move(name);
    node.opType = std::move(op);
    node.inputs = std::move(inputs);
    node.outputs = {output};
    node.attributes = std::move(attributes);
    m_editor.addNode(std::move(node));
    return output;
}

ValueId StorageWriter::step(const std::string& name, std::string op, std::vector<ValueId> inputs,
                            std::vector<Attribute> attributes) {
    return addNode(std::move(op), std::move(inputs), m_editor.addValue(name), std::move(attributes));
}

ValueId StorageWriter::integers(const std::string& name, std::vector<std::int64_t> values) {
    const Shape shape = {std::int64_t(values.size())};
    return m_editor.addInitializer(name, makeTensor(shape, std::move(values)));
}

ValueId StorageWriter::shiftConstant(const CodeWords& words, bool top) {
    ValueId& id = m_shifts[{words.bits, top}];
    if (!id.valid()) {
        const auto shifts =
            top ? words.topShifts() : std::vector<std::uint64_t>{std::uint64_t(words.wordBits - words.bits)};
        id = m_editor.addInitializer("codes_" + std::to_string(words.bits) + (top ? "_top" : "_down"),
                                     wordTensor(words.type(), {std::int64_t(shifts.size())}, shifts));
    }
    return id;
}

ValueId StorageWriter::number(float value) {
    ValueId& id = m_numbers[value];
    if (!id.valid())
        id = m_editor.addInitializer("codes_lowest", makeScalar(value));
    return id;
}

void StorageWriter::releaseConstant(ValueId weight) {
    if (const Node* producer = m_editor.producer(weight)) {
        m_editor.removeNode(producer->id);
        return;
    }
    if (m_editor.isInput(weight)) // old files list every weight as an input
        m_editor.removeInput(weight);
    m_editor.setInitializer(weight, nullptr);
}

void StorageWriter::dequantize(ValueId weight, const WeightStorage& storage, const Constants& constants) {
    const std::string name = m_editor.value(weight)->name;
    std::vector<ValueId> inputs = {m_editor.addInitializer(name + "_codes", constants.codes),
                                   m_editor.addInitializer(name + "_scale", constants.scales)};
    if (constants.zeros)
        inputs.push_back(m_editor.addInitializer(name + "_zero_point", constants.zeros));
    std::vector<Attribute> attributes;
    if (storage.axis >= 0)
        attributes.push_back(makeAttribute("axis", std::int64_t(storage.axis)));
    if (storage.groups > 1)
        attributes.push_back(makeAttribute("block_size", std::int64_t(storage.groupSize)));
    const bool direct = storage.view == storage.weightShape;
    const ValueId made =
        addNode("DequantizeLinear", std::move(inputs), direct ? weight : m_editor.addValue(name + "_rows"),
                std::move(attributes), name + "_DequantizeLinear");
    if (!direct)
        addNode("Reshape", {made, integers(name + "_shape", storage.weightShape)}, weight, {}, name + "_Reshape");
}

/// One code after the other from words, as numbers of `type`, with one axis or two.
ValueId StorageWriter::takeApart(const std::string& name, const WeightStorage& storage, ValueId words, DataType type) {
    const CodeWords layout(storage.bits);
    const ValueId top = step(name + "_top", "BitShift", {words, shiftConstant(layout, true)},
                             {makeAttribute("direction", std::string("LEFT"))});
    const ValueId down = step(name + "_code", "BitShift", {top, shiftConstant(layout, false)},
                              {makeAttribute("direction", std::string("RIGHT"))});
    const ValueId cast = step(name + "_cast", "Cast", {down}, {to(type)});
    const auto count = storage.weights();
    if (count % layout.perWord == 0)
        return cast;
    const ValueId row = step(name + "_row", "Reshape", {cast, integers(name + "_flat", {-1})});
    return step(name + "_cut", "Slice",
                {row, integers(name + "_begin", {0}), integers(name + "_end", {std::int64_t(count)})});
}

void StorageWriter::unpack(ValueId weight, const WeightStorage& storage, const Constants& constants,
                           const LayerCodes* codes) {
    const std::string name = m_editor.value(weight)->name;
    const ValueId stored = m_editor.addInitializer(name + "_codes", constants.codes);
    const DataType type = storage.codebook ? DataType::Int32 : DataType::Float;
    ValueId value =
        storage.words() ? takeApart(name, storage, stored, type) : step(name + "_cast", "Cast", {stored}, {to(type)});
    if (storage.words())
        value = step(name + "_view", "Reshape", {value, integers(name + "_shape", storage.view)});
    if (storage.codebook) {
        const Shape shape = {std::int64_t(1) << storage.bits};
        const TensorPtr levels =
            codes ? makeTensor(shape, codes->grid.levels) : makeTensor(DataType::Float, shape, Blob());
        value = step(name + "_level", "Gather", {m_editor.addInitializer(name + "_codebook", levels), value});
    } else if (constants.zeros) {
        const ValueId zeros = m_editor.addInitializer(name + "_zero_point", constants.zeros);
        value = step(name + "_steps", "Sub", {value, step(name + "_zero", "Cast", {zeros}, {to(DataType::Float)})});
    } else if (storage.words()) {
        value = step(name + "_steps", "Add", {value, number(float(-(1 << (storage.bits - 1))))});
    }
    ValueId scale = m_editor.addInitializer(name + "_scale", constants.scales);
    if (storage.scaleType != DataType::Float)
        scale = step(name + "_scale32", "Cast", {scale}, {to(DataType::Float)});
    const bool cast = storage.weightType != DataType::Float, reshape = storage.view != storage.weightShape;
    const auto last = [&](bool isLast, const std::string& suffix) {
        return isLast ? weight : m_editor.addValue(name + suffix);
    };
    value = addNode("Mul", {value, scale}, last(!cast && !reshape, "_scaled"), {}, name + "_Mul");
    if (cast)
        value = addNode("Cast", {value}, last(!reshape, "_typed"), {to(storage.weightType)}, name + "_Cast");
    if (reshape)
        addNode("Reshape", {value, integers(name + "_weight_shape", storage.weightShape)}, weight, {},
                name + "_Reshape");
}

void StorageWriter::multiply(const WeightMatrix& matrix, const WeightStorage& storage, const Constants& constants,
                             const std::string& name) {
    const ValueId codes = m_editor.addInitializer(name + "_codes", constants.codes),
                  scales = m_editor.addInitializer(name + "_scale", constants.scales),
                  zeros = constants.zeros ? m_editor.addInitializer(name + "_zero_point", constants.zeros) : ValueId();
    for (const NodeId id : matrix.nodes) {
        Node node = *m_editor.node(id);
        const OperatorTraits* traits = traitsOf(node);
        const ValueId data = node.input(std::size_t(traits->dataInput));
        const ValueId bias = traits->biasInput < 0 ? ValueId() : node.input(std::size_t(traits->biasInput));
        const ValueId output = node.output();
        if (bias.valid()) {
            node.outputs = {m_editor.addValue(displayName(node) + "_product")};
        }
        const ValueId product = node.output();
        const std::string biased = displayName(node) + "_bias_Add";
        node.opType = "MatMulNBits";
        node.domain = runtimeDomain;
        node.inputs = {data, codes, scales};
        if (zeros.valid())
            node.inputs.push_back(zeros);
        node.attributes = {makeAttribute("K", std::int64_t(matrix.inputs)),
                           makeAttribute("N", std::int64_t(matrix.outputs())),
                           makeAttribute("bits", std::int64_t(storage.bits)),
                           makeAttribute("block_size", std::int64_t(storage.groupSize))};
        m_editor.replaceNode(std::move(node));
        if (bias.valid())
            addNode("Add", {product, bias}, output, {}, biased);
    }
}

Status StorageWriter::store(const WeightMatrix& matrix, const WeightStorage& storage, const LayerCodes* codes) {
    auto constants = constantsOf(matrix, storage, codes);
    if (!constants)
        return constants.status();
    const std::string name = m_editor.value(matrix.weight)->name;
    releaseConstant(matrix.weight);
    if (storage.form == StorageForm::Dequantize)
        dequantize(matrix.weight, storage, *constants);
    else if (storage.form == StorageForm::Packed)
        unpack(matrix.weight, storage, *constants, codes);
    else
        multiply(matrix, storage, *constants, name);
    return {};
}

} // namespace lapidary
