// SPDX-License-Identifier: Apache-2.0
#include "modes/exporting/certificate.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/core.h>
#include <opencv2/imgproc.hpp>

#include <yolo/error.hpp>

#include "data/shapes/scene.hpp"
#include "engines/exported/formats.hpp"
#include "engines/registry.hpp"
#include "graph/passes.hpp"
#include "modes/exporting/final_rows.hpp"

namespace yolo::modes {

namespace {

using exports::Difference;
using exports::Format;

constexpr int pictures_per_size = 2;

/// (count, h, w, channels) uint8: shapes in colour; of a network that takes no colours, grey ones, another
/// scene a channel.
Tensor drawn_pictures(const ModelInfo& info, graph::InputSize size, int count) {
    const int channels = info.channels;
    Tensor batch = Tensor::allocate(DType::u8, {count, size.height, size.width, channels});
    std::byte* to = batch.mutable_raw();
    for (int n = 0; n < count; ++n) {
        cv::Mat picture(size.height, size.width, CV_8UC(channels), to);
        to += picture.total() * picture.elemSize();
        const auto scene = [&](int number) {
            data::ShapeRandom random(0, static_cast<std::uint64_t>(number));
            return data::draw_scene(info.task, picture.size(), random).picture;
        };
        if (channels == 3) {
            scene(n).copyTo(picture);
            continue;
        }
        for (int c = 0; c < channels; ++c) {
            cv::Mat grey;
            cv::cvtColor(scene(n * channels + c), grey, cv::COLOR_BGR2GRAY);
            cv::insertChannel(grey, picture, c);
        }
    }
    return batch;
}

/// Half a size that the network still takes: of a file of free sizes that one is tried too.
graph::InputSize half_of(graph::InputSize size, int stride) {
    const auto half = [stride](int side) { return std::max(side / 2 / stride, 1) * stride; };
    return {half(size.height), size.width};
}

/// The engine that examines files of the format, or null and why there is none.
const engines::EngineEntry* examiner_of(const Format& format, const engines::EngineTable& table,
                                        std::string& why) {
    const std::string kind(format.name);
    if (std::none_of(table.begin(), table.end(), [&](const auto& entry) { return entry.takes_kind(kind); })) {
        why = fmt::format("no engine here runs {} files", format.name);
        return nullptr;
    }
    const engines::EngineEntry& entry = engines::find_engine("", kind, "cpu", table);
    if (!engines::is_here(entry)) {
        why = fmt::format("the engine {} is not installed: scripts/setup --engines brings it", entry.name);
        return nullptr;
    }
    try {  // a library that is missing, a plug-in of another version
        engines::library_of(entry);
        engines::library_of(engines::find_engine("cpu", engines::network_kind, "cpu", table));
    } catch (const Error& problem) {
        why = problem.what();
        return nullptr;
    }
    return &entry;
}

/// Of the network itself: a file of one whose weights broke in training would be of no use.
void require_numbers(const std::vector<Tensor>& outputs) {
    for (const Tensor& output : outputs) {
        const auto values = output.values<float>();
        if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); }))
            throw Error(
                "the model gives values that are not numbers (NaN or infinite) for a drawn picture: its "
                "weights "
                "are broken, take an earlier checkpoint; nothing is written; check=False would write it all "
                "the "
                "same");
    }
}

std::string share(double value) {
    return fmt::format("{:.2g}", value);
}

}  // namespace

Certificate Certificate::none(std::string why) {
    Certificate certificate;
    certificate.not_checked = std::move(why);
    return certificate;
}

Json Certificate::facts() const {
    return {{"engine", check.engine},
            {"version", check.version},
            {"pictures", pictures},
            {"largest_error", check.largest_error},
            {"mean_error", check.mean_error}};
}

Difference limit_of(exports::Quantization quantization) {
    constexpr double any = 2;  // a single value may be off as far as it likes
    switch (quantization) {
        case exports::Quantization::fp32:
            return {1e-3, 1e-3};
        case exports::Quantization::fp16:
            return {any, 1e-2};
        case exports::Quantization::int8:
        case exports::Quantization::w8a16:
        case exports::Quantization::w8a32:
            // Drawn pictures are not what it was calibrated with: what it loses is measured on data.
            return {any, 1e-1};
    }
    return {};
}

const std::vector<Examiner::Sample>& Examiner::samples() {
    if (!samples_.empty()) return samples_;
    std::vector<graph::InputSize> sizes = {options_.size};
    if (options_.dynamic) sizes.push_back(half_of(options_.size, std::max(model_.info.max_stride(), 1)));
    const auto engine = engines::make_engine("cpu", graph::to_inference(model_.graph, model_.weights),
                                             {.threads = options_.threads}, table_);
    for (const graph::InputSize size : sizes) {
        Sample sample{drawn_pictures(model_.info, size, pictures_per_size), {}};
        sample.outputs = engine->run({sample.pictures, engines::Batch::Layout::nhwc_bgr});
        require_numbers(sample.outputs);
        if (options_.nms) sample.outputs[0] = final_rows(sample.outputs, model_.info, *options_.nms);
        samples_.push_back(std::move(sample));
    }
    return samples_;
}

Difference Examiner::difference_of(const std::vector<Tensor>& outputs, const Sample& sample) const {
    if (!options_.nms) return exports::difference(outputs, sample.outputs, model_.info);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (outputs.size() != sample.outputs.size()) return {infinity, infinity};
    Difference found = exports::row_difference(outputs.at(0), sample.outputs.at(0),
                                               std::max(options_.size.height, options_.size.width));
    for (std::size_t i = 1; i < outputs.size(); ++i)
        found = exports::worse(found, exports::map_difference(outputs[i], sample.outputs[i]));
    return found;
}

Certificate Examiner::examine(const Format& format, const std::filesystem::path& file) {
    Certificate certificate;
    const engines::EngineEntry* entry = examiner_of(format, table_, certificate.not_checked);
    if (entry == nullptr) return certificate;
    const auto engine = engines::make_engine(entry->name, engines::open_exported(file),
                                             {.threads = options_.threads}, table_);
    ExportCheck& check = certificate.check;
    check.engine = entry->name;
    for (const Sample& sample : samples()) {
        const std::vector<Tensor> outputs = engine->run({sample.pictures, engines::Batch::Layout::nhwc_bgr});
        const Difference found = difference_of(outputs, sample);
        check.largest_error = std::max(check.largest_error, found.largest);
        check.mean_error = std::max(check.mean_error, found.mean);
        certificate.pictures += static_cast<int>(sample.pictures.dim(0));
    }
    check.version = engine->report(options_.size.height, options_.size.width).version();
    const Difference limit = limit_of(options_.quantization);
    if (!(check.largest_error <= limit.largest && check.mean_error <= limit.mean))
        throw Error(fmt::format(
            "{}: what {} computes from the file is not what the network computes: the largest difference is "
            "{} of the range of the values, the mean {} (at most {} and {}); nothing is written; check=False "
            "would write it all the same",
            format.title, check.version, share(check.largest_error), share(check.mean_error),
            share(limit.largest), share(limit.mean)));
    return certificate;
}

}  // namespace yolo::modes
