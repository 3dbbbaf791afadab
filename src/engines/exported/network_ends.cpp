// SPDX-License-Identifier: Apache-2.0
#include "engines/exported/network_ends.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "engines/exported/model_info.hpp"

namespace yolo::engines {

namespace {

int fixed_or_free(std::int64_t size) {
    return size > 0 ? static_cast<int>(size) : 0;
}

std::size_t rank_of(const FileOutput& output) {
    constexpr std::size_t behind_all = 10;
    if (output.name == "output0") return 0;
    return output.name == "output1" ? behind_all : output.axes;
}

}  // namespace

void require_one_input(const ExportedFile& file, std::size_t inputs) {
    if (inputs == 1) return;
    throw Error(
        fmt::format("'{}' takes {} inputs: a model of pictures takes one", file.path.string(), inputs));
}

FileInput picture_input(const ExportedFile& file, const std::vector<std::int64_t>& sizes) {
    if (sizes.size() != 4)
        throw Error(
            fmt::format("'{}' does not take pictures: its input has not four axes", file.path.string()));
    FileInput input{traits_from_metadata(file.metadata, file.path.string())};
    const bool channels_last = sizes[3] > 0 && sizes[3] <= 4 && sizes[1] != 3;
    input.channels = fixed_or_free(sizes[channels_last ? 3 : 1]);
    input.traits.layout = channels_last ? InputLayout::nhwc : InputLayout::nchw;
    input.traits.batch = fixed_or_free(sizes[0]);
    input.traits.height = fixed_or_free(sizes[channels_last ? 1 : 2]);
    input.traits.width = fixed_or_free(sizes[channels_last ? 2 : 3]);
    return input;
}

std::vector<std::size_t> output_order(const std::vector<FileOutput>& outputs) {
    std::vector<std::size_t> order(outputs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return rank_of(outputs[a]) < rank_of(outputs[b]); });
    return order;
}

}  // namespace yolo::engines
