// SPDX-License-Identifier: Apache-2.0
#include "export/common/calibration.hpp"

#include <algorithm>
#include <numeric>

#include <yolo/error.hpp>

namespace yolo::exports {

namespace {

using graph::Node;
using graph::ValueId;

std::size_t at(ValueId value) {
    return static_cast<std::size_t>(value);
}

/// For each output channel the sum over its weights of (weight - what its byte stands for) x the mean of the
/// input channel that it meets.
std::vector<double> lost_sums(const Node& node, const Tensor& weight, const QuantizedLayer& layer,
                              const std::vector<double>& means) {
    const Tensor rounded = dequantized(layer);
    const auto exact = weight.values<float>(), bytes = rounded.values<float>();
    const bool transposed = layer.channel_axis == 1;
    const std::size_t rows = at(static_cast<ValueId>(weight.dim(0))),
                      columns = at(static_cast<ValueId>(weight.dim(1)));
    const std::size_t area = exact.size() / rows / columns;
    const auto* conv = std::get_if<graph::Conv>(&node.op);
    const std::size_t outputs = layer.scales.size();
    const std::size_t per_group =
        conv != nullptr ? outputs / static_cast<std::size_t>(conv->groups) : outputs;
    std::vector<double> sums(outputs, 0);
    for (std::size_t i = 0; i < exact.size(); ++i) {
        const std::size_t row = i / area / columns, column = i / area % columns;
        const std::size_t output = transposed ? column : row;
        const std::size_t input = transposed ? row : output / per_group * columns + column;
        sums[output] += (double{exact[i]} - bytes[i]) * means.at(input);
    }
    // A transposed convolution whose stride is its side meets each input with one weight of the area.
    if (transposed)
        for (double& sum : sums) sum /= static_cast<double>(area);
    return sums;
}

/// The maps of mask coefficients, level by level; empty of other tasks.
std::vector<ValueId> coefficients_of(const graph::Graph& graph) {
    for (const Node& node : graph.nodes) {
        const auto* head = std::get_if<graph::DecodeHead>(&node.op);
        if (head == nullptr || head->extra != graph::HeadExtra::mask_coefficients) continue;
        return {node.inputs.end() - static_cast<std::ptrdiff_t>(head->strides.size()), node.inputs.end()};
    }
    return {};
}

}  // namespace

Calibration::Calibration(const graph::Network& network, CalibrationOptions options)
    : network_(network),
      options_(options),
      scope_(quantization_scope(network.graph)),
      coefficients_(coefficients_of(network.graph)),
      prototypes_(network.graph.outputs.begin() + 1, network.graph.outputs.end()),
      place_(at(network.graph.value_count)) {
    const auto watch = [&](ValueId value) -> Seen& {
        std::optional<std::size_t>& place = place_[at(value)];
        if (!place) {
            place = values_.size();
            values_.push_back(value);
            seen_.emplace_back();
        }
        return seen_[*place];
    };
    for (const ValueGroup& group : scope_.groups)
        for (const ValueId value : group.values)
            if (byte_use(network.graph.producer(value).op) != ByteUse::same) watch(value).histogram.emplace();
    for (const auto& values : {coefficients_, prototypes_})
        for (const ValueId value : values) watch(value).histogram.emplace();
    if (!options.correct_biases) return;
    for (const Node* layer : scope_.layers) watch(layer->inputs.at(0)).wants_means = true;
}

void Calibration::see(std::size_t i, const Tensor& map) {
    Seen& seen = seen_.at(i);
    const auto values = map.values<float>();
    if (seen.histogram) seen.histogram->add(values);
    ++seen.pictures;
    if (!seen.wants_means) return;
    const auto channels = static_cast<std::size_t>(map.dim(1));
    const std::size_t area = values.size() / channels;
    seen.means.resize(channels, 0);
    for (std::size_t channel = 0; channel < channels; ++channel) {
        const auto part = values.subspan(channel * area, area);
        seen.means[channel] += std::accumulate(part.begin(), part.end(), 0.0) / static_cast<double>(area);
    }
}

Range Calibration::range_of(const ValueGroup& group) const {
    // Pixels are bytes / 255 already: these steps lose nothing.
    if (group.values.front() == network_.graph.input())
        return options_.wide ? wide_range_around(0, 1) : Range{0, 1};
    Ends all;
    for (const ValueId value : group.values) {
        if (!place_[at(value)] || !seen_[*place_[at(value)]].histogram) continue;
        const Ends ends = observed_ends(*seen_[*place_[at(value)]].histogram, options_.observer);
        all = {std::min(all.low, ends.low), std::max(all.high, ends.high)};
    }
    if (options_.wide) return wide_range_around(all.low, all.high);
    return range_around(std::max(all.low, group.lowest), all.high);
}

std::optional<Range> Calibration::range_of(const std::vector<ValueId>& values) const {
    if (values.empty()) return std::nullopt;
    Ends all;
    for (const ValueId value : values) {
        const Ends ends =
            observed_ends(seen_[place_[at(value)].value()].histogram.value(), options_.observer);
        all = {std::min(all.low, ends.low), std::max(all.high, ends.high)};
    }
    return range_around(all.low, all.high);
}

Tensor Calibration::corrected_bias(const Node& node, const QuantizedLayer& layer) const {
    if (layer.bias.empty() || !options_.correct_biases) return layer.bias;
    const Seen& input = seen_.at(place_.at(at(node.inputs.at(0))).value());
    std::vector<double> means = input.means;
    for (double& mean : means) mean /= static_cast<double>(input.pictures);
    const std::vector<double> lost =
        lost_sums(node, network_.weights.at(node.name + ".weight"), layer, means);
    Tensor bias = Tensor::from(layer.bias.shape(), layer.bias.values<float>());
    const auto values = bias.mutable_values<float>();
    for (std::size_t channel = 0; channel < values.size(); ++channel)
        values[channel] += static_cast<float>(lost[channel]);
    return bias;
}

QuantizationPlan Calibration::plan() const {
    if (std::any_of(seen_.begin(), seen_.end(), [](const Seen& seen) { return seen.pictures == 0; }))
        throw Error("no picture was seen: there is nothing to choose the ranges of 8 bits by");
    QuantizationPlan plan;
    plan.coefficients = range_of(coefficients_);
    plan.prototypes = range_of(prototypes_);
    std::vector<Range> ranges(place_.size());  // by value
    for (const ValueGroup& group : scope_.groups) {
        const Range range = range_of(group);
        for (const ValueId value : group.values) {
            plan.values[network_.graph.producer(value).name] = range;
            ranges[at(value)] = range;
        }
    }
    for (const Node* node : scope_.layers) {
        const auto bias = network_.weights.find(node->name + ".bias");
        const Range& input = ranges[at(node->inputs.at(0))];
        QuantizedLayer layer = quantize_layer(network_.weights.at(node->name + ".weight"),
                                              bias == network_.weights.end() ? Tensor() : bias->second,
                                              output_channel_axis(node->op), input);
        layer.bias = corrected_bias(*node, layer);
        plan.layers[node->name] = std::move(layer);
    }
    return plan;
}

}  // namespace yolo::exports
