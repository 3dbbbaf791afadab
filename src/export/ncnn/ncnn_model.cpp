// SPDX-License-Identifier: Apache-2.0
#include "export/ncnn/ncnn_model.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/core.h>

#include "formats/half.hpp"

namespace yolo::exports {

namespace {

constexpr int magic = 7767517;
constexpr std::uint32_t full_mark = 0, half_mark = 0x01306B47;

void write_number(const FileSink& sink, std::uint32_t number) {
    std::array<std::byte, sizeof number> bytes = {};
    std::memcpy(bytes.data(), &number, sizeof number);
    sink(bytes);
}

}  // namespace

void NcnnModel::layer(const std::string& type, const std::string& name,
                      const std::vector<std::string>& inputs, const std::vector<std::string>& outputs,
                      const Parameters& parameters, std::vector<Weights> weights) {
    layers_.push_back({type, name, inputs, outputs, parameters, std::move(weights)});
}

std::string NcnnModel::param(const std::vector<std::string>& outputs) const {
    std::map<std::string, int> readers;
    for (const Layer& layer : layers_) {
        for (const std::string& input : layer.inputs) ++readers[input];
    }
    for (const std::string& output : outputs) {
        if (readers[output] > 0) ++readers[output];
    }
    // A value with several readers: its layer writes NAME_all, a Split makes NAME_0, NAME_1 ... of it; the
    // reader that is outside of the network gets NAME itself.
    std::map<std::string, int> next;
    const auto is_output = [&](const std::string& name) {
        return std::find(outputs.begin(), outputs.end(), name) != outputs.end();
    };
    std::string text;
    std::size_t layers = 0, blobs = 0;
    const auto line = [&](const std::string& type, const std::string& name,
                          const std::vector<std::string>& in, const std::vector<std::string>& out,
                          const Parameters& parameters) {
        text += fmt::format("{:<24} {:<24} {} {}", type, name, in.size(), out.size());
        for (const std::string& value : in) text += " " + value;
        for (const std::string& value : out) text += " " + value;
        for (const auto& [key, value] : parameters) text += fmt::format(" {}={}", key, value);
        text += '\n';
        ++layers;
        blobs += out.size();
    };
    for (const Layer& layer : layers_) {
        std::vector<std::string> in, out, split;
        for (const std::string& name : layer.inputs)
            in.push_back(readers[name] > 1 ? fmt::format("{}_{}", name, next[name]++) : name);
        for (const std::string& name : layer.outputs) {
            const bool several = readers[name] > 1;
            out.push_back(several ? name + "_all" : name);
            if (several) split.push_back(name);
        }
        line(layer.type, layer.name, in, out, layer.parameters);
        for (const std::string& name : split) {
            std::vector<std::string> copies;
            for (int i = 0; i < readers[name] - (is_output(name) ? 1 : 0); ++i)
                copies.push_back(fmt::format("{}_{}", name, i));
            if (is_output(name)) copies.push_back(name);
            line("Split", "split_" + name, {name + "_all"}, copies, {});
        }
    }
    return fmt::format("{}\n{} {}\n", magic, layers, blobs) + text;
}

void NcnnModel::write_weights(const FileSink& sink, bool half) const {
    constexpr std::size_t unit = 4;
    for (const Layer& layer : layers_) {
        for (const Weights& weights : layer.weights) {
            const bool short_form = half && weights.flagged;
            if (weights.flagged) write_number(sink, short_form ? half_mark : full_mark);
            const Tensor values = short_form ? formats::to_half(weights.values) : weights.values.to_f32();
            sink({values.raw(), values.bytes()});
            static constexpr std::array<std::byte, unit> zeros = {};
            sink(std::span(zeros).first((unit - values.bytes() % unit) % unit));
        }
    }
}

}  // namespace yolo::exports
