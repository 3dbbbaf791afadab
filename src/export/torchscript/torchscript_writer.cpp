// SPDX-License-Identifier: Apache-2.0
#include "export/torchscript/torchscript_writer.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "export/common/source_network.hpp"
#include "export/torchscript/script_suppression.hpp"
#include "export/torchscript/script_text.hpp"

namespace yolo::exports {

namespace {

using graph::ValueId;

std::string pair(int number) {
    return fmt::format("[{0}, {0}]", number);
}

class TorchscriptWriter {
  public:
    TorchscriptWriter(const graph::Network& network, bool channels_last)
        : source_(network, "TorchScript"),
          graph_(source_.graph()),
          channels_last_(channels_last),
          names_(static_cast<std::size_t>(graph_.value_count)) {}

    TorchscriptFile run() {
        for (const graph::Node& node : graph_.nodes) {
            node_ = &node;
            const std::string value = std::visit(*this, node.op);
            name(node.output) = std::holds_alternative<graph::Input>(node.op) ? value : assigned(value);
        }
        if (graph_.outputs.size() == 1) {
            module_.line("return " + name(graph_.outputs[0]));
            return {std::move(module_), "Tensor"};
        }
        module_.line(fmt::format("return ({}, {})", name(graph_.outputs.at(0)), name(graph_.outputs.at(1))));
        return {std::move(module_), "Tuple[Tensor, Tensor]"};
    }

    // The table: an expression for each op.

    std::string operator()(const graph::Input&) {
        if (!channels_last_) return "images";
        // 2 of c10::MemoryFormat: channels last. What reads such a map makes such a map.
        return assigned(call("contiguous", {"images", "memory_format=2"}));
    }
    std::string operator()(const graph::Conv& op) {
        return call("conv2d",
                    {x(), parameter(".weight"), op.bias ? parameter(".bias") : "None", pair(op.stride),
                     pair(op.padding), pair(op.dilation), std::to_string(op.groups)});
    }
    std::string operator()(const graph::ConvTranspose& op) {
        return call("conv_transpose2d", {x(), parameter(".weight"), op.bias ? parameter(".bias") : "None",
                                         pair(op.stride), pair(0), pair(0), "1", pair(1)});
    }
    std::string operator()(const graph::Linear&) {
        return call("linear", {x(), parameter(".weight"), parameter(".bias")});
    }
    std::string operator()(const graph::Silu&) { return call("silu", {x()}); }
    std::string operator()(const graph::Relu&) { return call("relu", {x()}); }
    std::string operator()(const graph::Sigmoid&) { return call("sigmoid", {x()}); }
    std::string operator()(const graph::Sin&) { return call("sin", {x()}); }
    std::string operator()(const graph::Cos&) { return call("cos", {x()}); }
    std::string operator()(const graph::Add&) { return call("add", {x(0), x(1)}); }
    std::string operator()(const graph::Sub&) { return call("sub", {x(0), x(1)}); }
    std::string operator()(const graph::Mul&) { return call("mul", {x(0), x(1)}); }
    std::string operator()(const graph::Scale& op) {
        const std::string scaled = op.factor == 1 ? x() : call("mul", {x(), script_real(op.factor)});
        return op.offset == 0 ? scaled : call("add", {scaled, script_real(op.offset)});
    }
    std::string operator()(const graph::Concat& op) {
        std::vector<std::string> parts;
        for (std::size_t i = 0; i < node_->inputs.size(); ++i) parts.push_back(x(i));
        return call("cat", {fmt::format("[{}]", fmt::join(parts, ", ")), std::to_string(op.axis)});
    }
    std::string operator()(const graph::Slice& op) {
        return call("slice",
                    {x(), std::to_string(op.axis), std::to_string(op.begin), std::to_string(op.end), "1"});
    }
    std::string operator()(const graph::MaxPool& op) {
        return call("max_pool2d",
                    {x(), pair(op.kernel), pair(op.stride), pair(op.padding), pair(1), "False"});
    }
    std::string operator()(const graph::Upsample& op) {
        const std::string scale = script_real(op.scale);
        return call("upsample_nearest2d", {x(), "None", fmt::format("[{0}, {0}]", scale)});
    }
    std::string operator()(const graph::GlobalAveragePool&) { return call("mean", {x(), "[2, 3]"}); }
    std::string operator()(const graph::Softmax&) { return call("softmax", {x(), "-1"}); }
    std::string operator()(const graph::WeightedSum& op) {
        return call(
            "matmul",
            {x(), module_.buffer(Tensor::from({static_cast<std::int64_t>(op.weights.size())}, op.weights))});
    }
    std::string operator()(const graph::Reshape& op) { return script_reshape(x(), op.dims); }
    std::string operator()(const graph::Transpose& op) {
        return call("permute", {x(), fmt::format("[{}]", fmt::join(op.perm, ", "))});
    }
    std::string operator()(const graph::MatMul&) { return call("matmul", {x(0), x(1)}); }
    std::string operator()(const graph::Unflatten&) {
        return call("reshape",
                    {x(0), fmt::format("[torch.size({0}, 0), torch.size({0}, 1), torch.size({1}, 2), "
                                       "torch.size({1}, 3)]",
                                       x(0), x(1))});
    }
    std::string operator()(const graph::Constant&) { return parameter(".value"); }
    std::string operator()(const graph::CellCenters& op) {
        const std::string map =
            assigned(call("select", {call("select", {x(), "0", "0"}), "0", "0"}));  // (h, w)
        const std::string sizes = fmt::format("[torch.size({0}, 0), torch.size({0}, 1)]", map);
        // Counted along the map itself, so that the numbers lie on its device.
        const auto centers = [&](const char* other_axis, const char* dims) {
            const std::string ones = call("ones_like", {call("select", {map, other_axis, "0"})});
            const std::string numbers = call("add", {call("cumsum", {ones, "0"}), "-0.5"});
            const std::string spread = call("expand", {call("reshape", {numbers, dims}), sizes});
            return assigned(call("reshape", {spread, "[1, 1, -1]"}));
        };
        const std::string along_x = centers("0", "[1, -1]"), along_y = centers("1", "[-1, 1]");
        const std::string stride = assigned(
            call("reshape", {call("mul", {call("ones_like", {map}), script_real(op.stride)}), "[1, 1, -1]"}));
        return call("cat", {fmt::format("[{}, {}, {}]", along_x, along_y, stride), "1"});
    }
    std::string operator()(const graph::Dropout&) { return x(); }
    std::string operator()(const graph::BatchNorm&) { return refuse("it is folded before"); }
    std::string operator()(const graph::NonMaxSuppression& op) {
        return add_suppression(module_, op, x(), source_.anchors_of(*node_));
    }
    std::string operator()(const graph::DecodeHead&) { return refuse("it is expanded before"); }

  private:
    [[noreturn]] std::string refuse(const char* why) const { source_.refuse(*node_, why); }
    std::string& name(ValueId value) { return names_.at(static_cast<std::size_t>(value)); }
    std::string x(std::size_t i = 0) { return name(node_->inputs.at(i)); }
    static std::string call(const char* function, const std::vector<std::string>& arguments) {
        return script_call(function, arguments);
    }
    std::string assigned(const std::string& expression) {
        const std::string variable = fmt::format("v{}", next_++);
        module_.line(fmt::format("{} = {}", variable, expression));
        return variable;
    }
    std::string parameter(const char* suffix) { return module_.buffer(source_.parameter(*node_, suffix)); }

    const SourceNetwork source_;
    const graph::Graph& graph_;
    const bool channels_last_;
    ScriptModule module_;
    std::vector<std::string> names_;  // by value
    const graph::Node* node_ = nullptr;
    int next_ = 0;
};

}  // namespace

TorchscriptFile torchscript_module(const graph::Network& network, bool channels_last) {
    return TorchscriptWriter(network, channels_last).run();
}

}  // namespace yolo::exports
