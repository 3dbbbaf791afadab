// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/write/block_modules.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "graph/blocks/table.hpp"

namespace yolo::checkpoint {

namespace {

const std::string conv_classes = "ultralytics.nn.modules.conv.",
                  block_classes = "ultralytics.nn.modules.block.",
                  head_classes = "ultralytics.nn.modules.head.";

/// A module before it is made: a layer adds attributes of its own.
struct Block {
    std::string class_name;
    ModuleMaker::Parts parts;
};

class BlockMaker {
  public:
    explicit BlockMaker(ModuleMaker& maker) : maker_(maker), values_(maker.values()) {}

    const Value* make(const Block& block) const { return maker_.module(block.class_name, block.parts); }

    Block conv(const std::string& path, const std::string& class_name = "Conv") {
        return {conv_classes + class_name,
                {.modules = {{"conv", maker_.conv2d(path + ".conv")},
                             {"bn", maker_.batch_norm2d(path + ".bn")},
                             {"act", maker_.activation(path + ".act")}}}};
    }
    Block plain_conv(const std::string& path) { return conv(path); }
    Block depthwise_conv(const std::string& path) { return conv(path, "DWConv"); }

    Block ghost_conv(const std::string& path) {
        return {conv_classes + "GhostConv", {.modules = convs(path, {"cv1", "cv2"})}};
    }

    Block bottleneck(const std::string& path) {
        return {block_classes + "Bottleneck",
                {.modules = convs(path, {"cv1", "cv2"}),
                 .attributes = {{"add", values_.boolean(maker_.find(path + ".add") != nullptr)}}}};
    }

    Block ghost_bottleneck(const std::string& path) {
        const std::string main = path + ".conv.", past = path + ".shortcut.";
        const bool shrinks = maker_.has_below(main + "1");
        const Value* middle = shrinks ? make(conv(main + "1", "DWConv")) : maker_.identity();
        const std::vector<const Value*> chain = {make(ghost_conv(main + "0")), middle,
                                                 make(ghost_conv(main + "2"))};
        const Value* shortcut = maker_.identity();
        if (shrinks) shortcut = maker_.sequence({make(conv(past + "0", "DWConv")), make(conv(past + "1"))});
        return {block_classes + "GhostBottleneck",
                {.modules = {{"conv", maker_.sequence(chain)}, {"shortcut", shortcut}}}};
    }

    Block c2f(const std::string& path) {
        Block block = split_block(path, "C2f");
        block.parts.modules.emplace_back("m", maker_.list(chain(path + ".m", &BlockMaker::bottleneck)));
        return block;
    }
    Block c2(const std::string& path) {
        Block block = split_block(path, "C2");
        block.parts.modules.emplace_back("m", maker_.sequence(chain(path + ".m", &BlockMaker::bottleneck)));
        return block;
    }
    Block c3(const std::string& path) { return c3_of(path, "C3", &BlockMaker::bottleneck); }
    Block c3_ghost(const std::string& path) { return c3_of(path, "C3Ghost", &BlockMaker::ghost_bottleneck); }

    Block sppf(const std::string& path) {
        Block block = {block_classes + "SPPF", {.modules = convs(path, {"cv1", "cv2"})}};
        block.parts.modules.emplace_back("m", maker_.max_pool2d(maker_.op<graph::MaxPool>(path + ".m.0")));
        block.parts.attributes = {{"n", values_.integer(3)}, {"add", values_.boolean(false)}};
        return block;
    }

    Block upsample(const std::string& path) {
        return {"torch.nn.modules.upsampling.Upsample",
                {.attributes = {{"name", values_.text("Upsample")},
                                {"size", values_.none()},
                                {"scale_factor", values_.real(maker_.op<graph::Upsample>(path).scale)},
                                {"mode", values_.text("nearest")},
                                {"align_corners", values_.none()},
                                {"recompute_scale_factor", values_.none()}}}};
    }

    Block concat(const std::string& /*path*/) {
        return {conv_classes + "Concat", {.attributes = {{"d", values_.integer(1)}}}};
    }

    Block classify(const std::string& path) {
        return {head_classes + "Classify",
                {.modules = {{"conv", make(conv(path + ".conv"))},
                             {"pool", maker_.global_average_pool()},
                             {"drop", maker_.dropout(maker_.op<graph::Dropout>(path + ".drop"))},
                             {"linear", maker_.linear(path + ".linear")}}}};
    }

    /// Detect, Segment, Pose, OBB.
    Block detection_head(const std::string& path) {
        const graph::Head& head = *maker_.graph().head;
        const graph::DecodeHead& decode = head.decode;
        Block block;
        ModuleMaker::Named& modules = block.parts.modules;
        modules = {levels(head.box), levels(head.cls), {"dfl", dfl(head)}};
        if (head.proto) modules.emplace_back("proto", proto(path + ".proto"));
        if (decode.extra != graph::HeadExtra::none) modules.push_back(levels(head.extra));

        std::vector<float> strides(decode.strides.begin(), decode.strides.end());
        const Tensor stride = Tensor::from({static_cast<std::int64_t>(strides.size())}, strides);
        block.parts.attributes = {{"nc", values_.integer(decode.class_count)},
                                  {"nl", values_.integer(static_cast<std::int64_t>(strides.size()))},
                                  {"reg_max", values_.integer(decode.reg_max)},
                                  {"no", values_.integer(decode.class_count + 4 * decode.reg_max)},
                                  {"stride", maker_.storages().half_tensor(stride)},
                                  {"inplace", values_.boolean(true)}};
        add_extra(block, path, decode);
        return block;
    }

  private:
    using Make = Block (BlockMaker::*)(const std::string& path);

    ModuleMaker::Named convs(const std::string& path, std::initializer_list<const char*> names) {
        ModuleMaker::Named named;
        for (const char* name : names) named.emplace_back(name, make(conv(path + "." + name)));
        return named;
    }

    std::vector<const Value*> chain(const std::string& path, Make inner) {
        std::vector<const Value*> modules;
        for (int i = 0; maker_.has_below(fmt::format("{}.{}", path, i)); ++i) {
            modules.push_back(make((this->*inner)(fmt::format("{}.{}", path, i))));
        }
        return modules;
    }

    /// The start of C2f and C2: half of what cv1 gives goes through the chain.
    Block split_block(const std::string& path, const char* class_name) {
        const int hidden = maker_.op<graph::Conv>(path + ".cv1.conv").out_channels / 2;
        return {block_classes + class_name,
                {.modules = convs(path, {"cv1", "cv2"}), .attributes = {{"c", values_.integer(hidden)}}}};
    }

    Block c3_of(const std::string& path, const char* class_name, Make inner) {
        Block block = {block_classes + class_name, {.modules = convs(path, {"cv1", "cv2", "cv3"})}};
        block.parts.modules.emplace_back("m", maker_.sequence(chain(path + ".m", inner)));
        return block;
    }

    /// A branch of the head under its name in the head.
    ModuleMaker::Named::value_type levels(const graph::HeadBranch& branch) {
        std::vector<const Value*> list;
        for (std::size_t i = 0; i < branch.last.size(); ++i) {
            const std::string level = fmt::format("{}.{}.", branch.path, i);
            list.push_back(maker_.sequence(
                {make(conv(level + "0")), make(conv(level + "1")), maker_.conv2d(branch.last[i])}));
        }
        return {branch.path.substr(branch.path.rfind('.') + 1), maker_.list(list)};
    }

    const Value* dfl(const graph::Head& head) {
        if (head.dfl.empty()) return maker_.identity();
        const int reg_max = head.decode.reg_max;
        const graph::Conv conv{.in_channels = reg_max, .out_channels = 1};
        return make({block_classes + "DFL",
                     {.modules = {{"conv", maker_.conv2d(head.dfl, conv)}},
                      .attributes = {{"c1", values_.integer(reg_max)}}}});
    }

    const Value* proto(const std::string& path) {
        return make({block_classes + "Proto",
                     {.modules = {{"cv1", make(conv(path + ".cv1"))},
                                  {"upsample", maker_.conv_transpose2d(path + ".upsample")},
                                  {"cv2", make(conv(path + ".cv2"))},
                                  {"cv3", make(conv(path + ".cv3"))}}}});
    }

    void add_extra(Block& block, const std::string& path, const graph::DecodeHead& decode) const {
        const auto attribute = [&](const char* name, int value) {
            block.parts.attributes.emplace_back(name, values_.integer(value));
        };
        switch (decode.extra) {
            case graph::HeadExtra::none:
                block.class_name = head_classes + "Detect";
                return;
            case graph::HeadExtra::mask_coefficients:
                block.class_name = head_classes + "Segment";
                attribute("nm", decode.extra_channels);
                attribute("npr", maker_.op<graph::Conv>(path + ".proto.cv1.conv").out_channels);
                return;
            case graph::HeadExtra::keypoints:
                block.class_name = head_classes + "Pose";
                block.parts.attributes.emplace_back("kpt_shape",
                                                    values_.list({values_.integer(decode.kpt_shape[0]),
                                                                  values_.integer(decode.kpt_shape[1])}));
                attribute("nk", decode.extra_channels);
                return;
            case graph::HeadExtra::angle:
                block.class_name = head_classes + "OBB";
                attribute("ne", decode.extra_channels);
                return;
        }
    }

    ModuleMaker& maker_;
    PickleValues& values_;
};

struct BlockClass {
    std::string_view type;  // as the builder's table names it
    Block (BlockMaker::*make)(const std::string& path);
};
constexpr auto classes = std::to_array<BlockClass>({{"Conv", &BlockMaker::plain_conv},
                                                    {"DWConv", &BlockMaker::depthwise_conv},
                                                    {"GhostConv", &BlockMaker::ghost_conv},
                                                    {"Bottleneck", &BlockMaker::bottleneck},
                                                    {"GhostBottleneck", &BlockMaker::ghost_bottleneck},
                                                    {"C2f", &BlockMaker::c2f},
                                                    {"C2", &BlockMaker::c2},
                                                    {"C3", &BlockMaker::c3},
                                                    {"C3Ghost", &BlockMaker::c3_ghost},
                                                    {"SPPF", &BlockMaker::sppf},
                                                    {"Upsample", &BlockMaker::upsample},
                                                    {"Concat", &BlockMaker::concat},
                                                    {"Detect", &BlockMaker::detection_head},
                                                    {"Segment", &BlockMaker::detection_head},
                                                    {"Pose", &BlockMaker::detection_head},
                                                    {"OBB", &BlockMaker::detection_head},
                                                    {"Classify", &BlockMaker::classify}});

Block make_block(BlockMaker& blocks, std::string_view type, const std::string& path) {
    const auto found = std::find_if(classes.begin(), classes.end(),
                                    [type](const BlockClass& known) { return known.type == type; });
    if (found == classes.end())
        throw Error(fmt::format("the block '{}' cannot be written to a .pt file", type));
    return (blocks.*found->make)(path);
}

/// A row that is repeated outside of its block is a sequence.
Block make_layer(ModuleMaker& maker, BlockMaker& blocks, const graph::Layer& layer, const std::string& path) {
    const bool repeats_itself =
        graph::find_block_type(layer.type).signature == graph::Signature::sized_repeated;
    if (layer.repeats == 1 || repeats_itself) return make_block(blocks, layer.type, path);
    Block sequence = {"torch.nn.modules.container.Sequential", {}};
    for (int i = 0; maker.has_below(fmt::format("{}.{}", path, i)); ++i) {
        const Block part = make_block(blocks, layer.type, fmt::format("{}.{}", path, i));
        sequence.parts.modules.emplace_back(std::to_string(i), blocks.make(part));
    }
    return sequence;
}

/// Where the layer reads from, as its row says: a list for what takes several inputs.
const Value* sources(PickleValues& values, const graph::Layer& layer) {
    const bool takes_many =
        layer.type == "Concat" || graph::find_block_type(layer.type).signature == graph::Signature::head;
    if (!takes_many) return values.integer(layer.from.at(0));
    PickleValues::List list;
    for (const int from : layer.from) list.push_back(values.integer(from));
    return values.list(std::move(list));
}

}  // namespace

std::vector<const Value*> layer_modules(ModuleMaker& maker) {
    PickleValues& values = maker.values();
    const graph::Graph& graph = maker.graph();
    if (graph.stage != graph::Stage::training || (!graph.head && graph.task != Task::classify)) {
        throw Error("a .pt file holds whole networks in their training stage: this one was cut or folded");
    }
    BlockMaker blocks(maker);
    std::vector<const Value*> modules;
    for (const graph::Layer& layer : graph.layers) {
        const auto index = static_cast<std::int64_t>(modules.size());
        Block block = make_layer(maker, blocks, layer, fmt::format("model.{}", index));
        ModuleMaker::Named& attributes = block.parts.attributes;
        attributes.emplace_back("np", values.integer(layer.parameters));
        attributes.emplace_back("i", values.integer(index));
        attributes.emplace_back("f", sources(values, layer));
        attributes.emplace_back("type", values.text(block.class_name));
        modules.push_back(blocks.make(block));
    }
    return modules;
}

std::vector<std::string_view> writable_blocks() {
    std::vector<std::string_view> names;
    for (const BlockClass& known : classes) names.push_back(known.type);
    return names;
}

}  // namespace yolo::checkpoint
