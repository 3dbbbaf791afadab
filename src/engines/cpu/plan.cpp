// SPDX-License-Identifier: Apache-2.0
#include "engines/cpu/plan.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/visit.hpp"
#include "engines/cpu/arena.hpp"
#include "engines/cpu/placement.hpp"
#include "engines/cpu/winograd_conv.hpp"
#include "graph/operations.hpp"

namespace yolo::engines::cpu {

namespace {

using graph::ValueId;

/// "Conv+Silu+Add"
std::string op_text(const Operation& operation) {
    std::string text = graph::op_name(operation.op);
    if (operation.activation == Activation::silu) text += "+Silu";
    if (operation.activation == Activation::relu) text += "+Relu";
    if (operation.residual) text += "+Add";
    return text;
}

class Planner {
  public:
    Planner(FusedGraph graph, std::vector<Shape> shapes, const Machine& machine, Precision precision)
        : graph_(std::move(graph)),
          shapes_(std::move(shapes)),
          machine_(machine),
          placement_(graph_, shapes_, machine, precision) {}

    Plan run() {
        plan_.input = placement_.map(0);
        choose_input_scale();
        producers_.assign(shapes_.size(), "input");
        for (const Operation& operation : graph_.operations)
            producers_[static_cast<std::size_t>(operation.output)] = operation.name;
        for (const Operation& operation : graph_.operations) lower(operation);
        for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
            const ValueId value = graph_.outputs[i];
            plan_.outputs.push_back(shapes_[static_cast<std::size_t>(value)]);
            if (!decoded_.contains(value))
                emit(fmt::format("output{}", i), DeliverStep{placement_.map(value), i}, value, "Deliver");
        }
        ArenaLayout arena = lay_out_arena(plan_, static_cast<std::size_t>(placement_.buffer_count()));
        plan_.buffer_offsets = std::move(arena.offsets);
        plan_.arena_bytes = arena.bytes;
        return std::move(plan_);
    }

  private:
    void emit(std::string name, StepKind kind, ValueId output, std::string op) {
        plan_.steps.push_back({std::move(name), std::move(kind), std::move(op), shape(output), 0});
    }

    /// The step that does an operation.
    void emit(const Operation& operation, StepKind kind) {
        emit(operation.name, std::move(kind), operation.output, op_text(operation));
        std::vector<Shape> inputs;
        for (const ValueId input : operation.inputs) inputs.push_back(shape(input));
        Step& step = plan_.steps.back();
        step.flops = graph::operation_count(operation.op, inputs, step.output);
        if (std::holds_alternative<WinogradStep>(step.kind)) step.op += ", Winograd";
    }

    const Shape& shape(ValueId value) const { return shapes_[static_cast<std::size_t>(value)]; }

    /// 0..255 is exact in bf16 and saves a multiplication; it needs weights that can take over the factor.
    void choose_input_scale() {
        plan_.scaled_input =
            std::find(graph_.outputs.begin(), graph_.outputs.end(), 0) != graph_.outputs.end();
        for (const Operation& operation : graph_.operations) {
            const bool reads =
                std::find(operation.inputs.begin(), operation.inputs.end(), 0) != operation.inputs.end();
            if (operation.residual == 0 || (reads && !std::holds_alternative<graph::Conv>(operation.op)))
                plan_.scaled_input = true;
        }
    }

    /// The value as oneDNN can read it in that format: where it lies, or a copy.
    Map readable(ValueId value, Format format) {
        const Map map = placement_.map(value);
        if (map.format == format && map.dense()) return map;
        const auto [found, added] = copies_.try_emplace({value, format});
        if (added) {
            found->second = placement_.new_map(value, format, map.dtype);
            emit(producers_[static_cast<std::size_t>(value)], CopyStep{map, found->second, 1}, value, "Copy");
        }
        return found->second;
    }

    Map conv_source(ValueId value, Format format) {
        // oneDNN's first-layer kernels (1 or 3 channels) read plain layouts.
        const Map map = placement_.map(value);
        const bool first =
            value == 0 && (map.channels == 1 || map.channels == 3) && format == Format::blocked;
        return first ? map : readable(value, format);
    }

    void lower(const Operation& operation) {
        const Map target = placement_.map(operation.output);
        const auto source = [&] { return placement_.map(operation.inputs.at(0)); };
        const auto dense_source = [&] { return readable(operation.inputs.at(0), target.format); };
        std::visit(
            Overloaded{
                [&](const graph::Conv& op) { lower_conv(operation, op, target); },
                [&](const graph::ConvTranspose& op) {
                    emit(operation, DeconvStep{op, dense_source(), target});
                },
                [&](const graph::MaxPool& op) {
                    emit(operation, PoolStep{op, dense_source(), target});
                },
                [&](const graph::Upsample& op) {
                    emit(operation, CopyStep{source(), target, op.scale});
                },
                [&](const graph::Concat&) { lower_concat(operation, target); }, [&](const graph::Slice&) {},
                [&](const graph::Silu&) {
                    emit(operation, ActivationStep{Activation::silu, source(), target});
                },
                [&](const graph::Relu&) {
                    emit(operation, ActivationStep{Activation::relu, source(), target});
                },
                [&](const graph::Add&) {
                    emit(operation, AddStep{source(), placement_.map(operation.inputs.at(1)), target});
                },
                [&](const graph::GlobalAveragePool&) {
                    emit(operation, AverageStep{source(), target});
                },
                [&](const graph::Linear& op) {
                    emit(operation, LinearStep{op, source(), target});
                },
                [&](const graph::Softmax&) {
                    emit(operation, SoftmaxStep{source(), target});
                },
                [&](const graph::DecodeHead& op) { lower_decode(operation, op); },
                [&](const OneOf<graph::Input, graph::BatchNorm, graph::Dropout, graph::Sigmoid, graph::Sin,
                                graph::Cos, graph::Sub, graph::Mul, graph::Scale, graph::WeightedSum,
                                graph::Reshape, graph::Transpose, graph::MatMul, graph::Unflatten,
                                graph::Constant, graph::CellCenters, graph::NonMaxSuppression> auto&) {
                    throw Error(fmt::format("{} ({}) cannot run on the CPU engine", operation.name,
                                            graph::op_name(operation.op)));
                }},
            operation.op);
    }

    void lower_conv(const Operation& operation, const graph::Conv& op, const Map& target) {
        const bool reads_input = operation.inputs.at(0) == 0;
        ConvStep step{op,           conv_source(operation.inputs.at(0), target.format),
                      target,       operation.activation,
                      std::nullopt, reads_input && !plan_.scaled_input ? 1.0 / 255.0 : 1.0};
        if (operation.residual) step.residual = readable(*operation.residual, target.format);
        if (machine_.winograd && winograd_pays(step)) {
            emit(operation, WinogradStep{std::move(step)});
        } else {
            emit(operation, std::move(step));
        }
    }

    void lower_concat(const Operation& operation, const Map& target) {
        int offset = target.offset;
        for (const ValueId input : operation.inputs) {
            const Map part = placement_.map(input);
            Map slot = part;
            slot.buffer = target.buffer;
            slot.format = target.format;
            slot.block = target.block;
            slot.stored = target.stored;
            slot.offset = offset;
            const bool in_place = part.buffer == target.buffer && part.offset == offset;
            if (!in_place) emit(operation.name, CopyStep{part, slot, 1}, input, "Concat");
            offset += part.channels;
        }
    }

    void lower_decode(const Operation& operation, const graph::DecodeHead& op) {
        const auto found = std::find(graph_.outputs.begin(), graph_.outputs.end(), operation.output);
        if (found == graph_.outputs.end())
            throw Error(fmt::format("{} is decoded, but is no output of the graph", operation.name));
        DecodeStep step{op, {}, static_cast<std::size_t>(found - graph_.outputs.begin())};
        for (const ValueId input : operation.inputs) step.maps.push_back(placement_.map(input));
        emit(operation, std::move(step));
        decoded_.insert(operation.output);
    }

    FusedGraph graph_;
    std::vector<Shape> shapes_;
    const Machine& machine_;
    Placement placement_;
    Plan plan_;
    std::map<std::pair<ValueId, Format>, Map> copies_;
    std::set<ValueId> decoded_;
    std::vector<std::string> producers_;  // the name of the operation, by value
};

}  // namespace

Plan make_plan(const graph::Graph& graph, const Shape& input, const Machine& machine, Precision precision) {
    return Planner(fuse(graph), infer_shapes(graph, input), machine, precision).run();
}

}  // namespace yolo::engines::cpu
