// SPDX-License-Identifier: Apache-2.0
/// \file A checkpoint of the reference's form around the smallest network there is: one convolution and a
/// classifier. Every part can be replaced by pickle code of one's own.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "checkpoint/pickle_code.hpp"
#include "formats/zip_writer.hpp"

namespace yolo::test {

struct TinyModel {
    using Code = pickle::Code;
    using Entries = std::vector<std::pair<std::string, Code>>;

    static constexpr int channels = 8, hidden = 1280, classes = 2;

    // What tests change before they write.
    std::pair<std::string, std::string> model_class = {"ultralytics.nn.tasks", "ClassificationModel"};
    std::pair<std::string, std::string> first_class = {"ultralytics.nn.modules.conv", "Conv"};
    int described_channels = channels;  ///< of the first layer, in the YAML
    bool fused = false;
    bool as_ema = false;
    Code names =
        pickle::dict({{pickle::integer(0), pickle::text("cat")}, {pickle::integer(1), pickle::text("dog")}});
    Entries root_modules;     ///< further ones, beside the network
    Entries root_attributes;  ///< further ones
    Entries top = {
        {"epoch", pickle::integer(-1)},
        {"date", pickle::text("2024-01-01")},
        {"train_args", pickle::named({{"imgsz", pickle::integer(64)}, {"task", pickle::text("classify")}})}};
    Code first_weight = pickle::tensor("HalfStorage", "first", {channels, 3, 3, 3});
    int first_stride = 2;
    bool deflate = true;
    std::string root = "archive";
    std::vector<ZipItem> more_entries;

    std::string pickle() { return pickle::whole(state()); }

    /// The dict that the pickle holds.
    Code state() {
        storages_.clear();
        Entries all = top;
        all.emplace_back("model", as_ema ? pickle::none() : model());
        all.emplace_back("ema", as_ema ? model() : pickle::none());
        return pickle::named(all);
    }

    /// The storages that pickle() or state() refers to.
    const std::map<std::string, std::string>& storages() const { return storages_; }

    std::string file() {
        std::vector<ZipItem> items = {{.name = root + "/data.pkl", .content = pickle(), .deflate = deflate}};
        for (const auto& [key, content] : storages_) {
            items.push_back({.name = root + "/data/" + key, .content = content, .deflate = deflate});
        }
        items.push_back({.name = root + "/version", .content = "3\n"});
        items.insert(items.end(), more_entries.begin(), more_entries.end());
        return ZipWriter::write(items);
    }

    static Code module(const std::pair<std::string, std::string>& type, const Entries& parameters,
                       const Entries& buffers, const Entries& modules, const Entries& attributes = {}) {
        Entries state = {{"training", pickle::boolean(false)},
                         {"_parameters", pickle::named(parameters)},
                         {"_buffers", pickle::named(buffers)},
                         {"_modules", pickle::named(modules)}};
        state.insert(state.end(), attributes.begin(), attributes.end());
        return pickle::instance(pickle::global(type.first, type.second), pickle::named(state));
    }

  private:
    /// Half-precision numbers 1.0 (BatchNorm variances must be positive).
    void store(const std::string& key, int elements) {
        std::string& content = storages_[key];
        for (int i = 0; i < elements; ++i) content += std::string("\x00\x3c", 2);
    }

    Code half(const std::string& key, const std::vector<int>& shape) {
        int elements = 1;
        for (const int size : shape) elements *= size;
        store(key, elements);
        return pickle::tensor("HalfStorage", key, shape);
    }

    Code conv_block(const std::string& key, int c1, int c2, int kernel, int stride, const Code& weight,
                    const std::pair<std::string, std::string>& type, const Entries& attributes) {
        const auto pair = [](int value) { return pickle::integers({value, value}); };
        const Code bias = fused ? half(key + "_bias", {c2}) : pickle::none();
        Entries parts = {
            {"conv", module({"torch.nn.modules.conv", "Conv2d"}, {{"weight", weight}, {"bias", bias}}, {}, {},
                            {{"in_channels", pickle::integer(c1)},
                             {"stride", pair(stride)},
                             {"padding", pair(kernel / 2)},
                             {"groups", pickle::integer(1)}})}};
        if (!fused) parts.emplace_back("bn", norm(key, c2));
        parts.emplace_back("act", module({"torch.nn.modules.activation", "SiLU"}, {}, {}, {}));
        return module(type, {}, {}, parts, attributes);
    }

    Code norm(const std::string& key, int size) {
        storages_["count"] = std::string(8, '\0');
        return module({"torch.nn.modules.batchnorm", "BatchNorm2d"},
                      {{"weight", half(key + "_gamma", {size})}, {"bias", half(key + "_beta", {size})}},
                      {{"running_mean", half(key + "_mean", {size})},
                       {"running_var", half(key + "_var", {size})},
                       {"num_batches_tracked", pickle::tensor("LongStorage", "count", 1, {}, {})}},
                      {}, {{"eps", pickle::real(2e-5)}, {"momentum", pickle::real(0.07)}});
    }

    Code layers() {
        const auto place = [](int index) {
            return Entries{{"i", pickle::integer(index)}, {"f", pickle::integer(-1)}};
        };
        store("first", channels * 3 * 3 * 3);
        const Code conv =
            conv_block("stem", 3, channels, 3, first_stride, first_weight, first_class, place(0));
        const Code head_conv =
            conv_block("head", channels, hidden, 1, 1, half("head", {hidden, channels, 1, 1}),
                       {"ultralytics.nn.modules.conv", "Conv"}, {});
        const Code linear =
            module({"torch.nn.modules.linear", "Linear"},
                   {{"weight", half("linear", {classes, hidden})}, {"bias", half("linear_bias", {classes})}},
                   {}, {}, {{"out_features", pickle::integer(classes)}});
        const Entries parts = {
            {"conv", head_conv},
            {"pool", module({"torch.nn.modules.pooling", "AdaptiveAvgPool2d"}, {}, {}, {})},
            {"drop", module({"torch.nn.modules.dropout", "Dropout"}, {}, {}, {})},
            {"linear", linear}};
        const Code head = module({"ultralytics.nn.modules.head", "Classify"}, {}, {}, parts, place(1));
        return module({"torch.nn.modules.container", "Sequential"}, {}, {}, {{"0", conv}, {"1", head}});
    }

    Code yaml() const {
        const auto row = [](const std::string& block, const std::vector<Code>& arguments) {
            return pickle::list({pickle::list(
                {pickle::integer(-1), pickle::integer(1), pickle::text(block), pickle::list(arguments)})});
        };
        return pickle::named({{"nc", pickle::integer(classes)},
                              {"depth_multiple", pickle::real(1)},
                              {"width_multiple", pickle::real(1)},
                              {"backbone", row("Conv", {pickle::integer(described_channels),
                                                        pickle::integer(3), pickle::integer(2)})},
                              {"head", row("Classify", {pickle::text("nc")})},
                              {"yaml_file", pickle::text("tiny-cls.yaml")}});
    }

    Code model() {
        Entries attributes = {{"yaml", yaml()}, {"names", names}};
        attributes.insert(attributes.end(), root_attributes.begin(), root_attributes.end());
        Entries modules = {{"model", layers()}};
        modules.insert(modules.end(), root_modules.begin(), root_modules.end());
        return module(model_class, {}, {}, modules, attributes);
    }

    std::map<std::string, std::string> storages_;
};

}  // namespace yolo::test
