// SPDX-License-Identifier: Apache-2.0
/// \file What the tests of exported files share: pictures of golden/model, an export, and how near is near
/// enough.
#pragma once

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <yolo/commands.hpp>

#include "formats/safetensors.hpp"
#include "graph/graph.hpp"
#include "support/golden.hpp"
#include "tasks/nms.hpp"

namespace yolo::test {

/// The first pictures of golden/model/TASK cut to a size, (N, 3, H, W) 0..1; repeated where a picture ends.
inline Tensor golden_pictures(const std::filesystem::path& folder, int count, int height, int width) {
    const Tensor all = formats::read_safetensors(folder / "forward.safetensors").tensors.at("images");
    Tensor images = Tensor::allocate(DType::f32, {count, 3, height, width});
    const auto from = all.values<std::uint8_t>();
    const auto to = images.mutable_values<float>();
    std::size_t i = 0;
    for (std::int64_t n = 0; n < count; ++n) {
        for (std::int64_t c = 0; c < 3; ++c) {
            for (std::int64_t y = 0; y < height; ++y) {
                for (std::int64_t x = 0; x < width; ++x, ++i) {
                    const std::int64_t row =
                        ((n % all.dim(0) * 3 + c) * all.dim(2) + y % all.dim(2)) * all.dim(3);
                    to[i] = static_cast<float>(from[static_cast<std::size_t>(row + x % all.dim(3))]) / 255.0F;
                }
            }
        }
    }
    return images;
}

/// Exports a copy of golden/model/TASK/model.pt in FOLDER with options as one types them: FOLDER/model.onnx
/// ...
inline void export_golden(const std::filesystem::path& golden, const std::filesystem::path& folder,
                          const std::vector<const char*>& options) {
    std::filesystem::copy_file(golden / "model.pt", folder / "model.pt",
                               std::filesystem::copy_options::overwrite_existing);
    Config config;
    config.set_mode(Mode::export_model);
    config.set("model", (folder / "model.pt").string());
    config.set("check", false);  // the tests compare by themselves
    for (const std::string_view option : options)
        config.set(option.substr(0, option.find('=')), parse_value(option.substr(option.find('=') + 1)));
    run_export(config, {});
}

/// Values differ by at most a share of their range: boxes and the rest each by that of their own.
inline void expect_near(const Tensor& actual, const Tensor& expected, double tolerance,
                        const std::string& what) {
    ASSERT_EQ(actual.shape(), expected.shape()) << what;
    const std::int64_t channels = expected.dim(1), area = expected.elements() / expected.dim(0) / channels;
    const std::int64_t boxes = std::min<std::int64_t>(4, channels);
    for (const auto& [begin, end] : {std::pair{std::int64_t{0}, boxes}, std::pair{boxes, channels}}) {
        float low = 0, high = 0;
        double most = 0;
        for (std::int64_t n = 0; n < expected.dim(0); ++n) {
            for (std::int64_t i = (n * channels + begin) * area; i < (n * channels + end) * area; ++i) {
                const float value = expected.values<float>()[static_cast<std::size_t>(i)];
                low = std::min(low, value);
                high = std::max(high, value);
                most = std::max<double>(
                    most, std::abs(actual.values<float>()[static_cast<std::size_t>(i)] - value));
            }
        }
        EXPECT_LE(most, tolerance * (high - low)) << what << ", channels from " << begin;
    }
}

/// Decoded columns (N, 4 + nc + extra, A) -> rows (N, max_det, 6 + extra) as predict finds them.
inline Tensor suppressed(const Tensor& columns, int class_count, const graph::SuppressionRule& rule,
                         bool rotated) {
    const int channels = static_cast<int>(columns.dim(1)), anchors = static_cast<int>(columns.dim(2));
    const int extra = channels - 4 - class_count, width = 6 + extra;
    Tensor rows = Tensor::allocate(DType::f32, {columns.dim(0), rule.max_det, width});
    const auto to = rows.mutable_values<float>();
    std::fill(to.begin(), to.end(), 0.0F);
    const std::size_t size = static_cast<std::size_t>(channels) * static_cast<std::size_t>(anchors);
    tasks::NmsOptions options;
    options.conf = rule.conf;
    options.iou = rule.iou;
    options.max_det = rule.max_det;
    options.agnostic = rule.agnostic;
    options.rotated = rotated;
    if (rotated) options.max_candidates = std::max(1024, 4 * rule.max_det);
    for (std::size_t n = 0; n < static_cast<std::size_t>(columns.dim(0)); ++n) {
        const tasks::RawOutput raw{columns.values<float>().subspan(n * size, size), channels, anchors,
                                   class_count};
        auto row = to.subspan(n * static_cast<std::size_t>(rule.max_det * width));
        for (const tasks::Detection& found : tasks::nms(raw, options)) {
            std::copy(found.box.begin(), found.box.end(), row.begin());
            row[4] = found.score;
            row[5] = static_cast<float>(found.class_id);
            for (int k = 0; k < extra; ++k)
                row[static_cast<std::size_t>(6 + k)] = raw.channel(4 + class_count + k)[found.anchor];
            row = row.subspan(static_cast<std::size_t>(width));
        }
    }
    return rows;
}

/// The same detections in the same order; numbers differ by at most a share of theirs, or of 1.
inline void expect_rows_near(const Tensor& actual, const Tensor& expected, double tolerance,
                             const std::string& what) {
    ASSERT_EQ(actual.shape(), expected.shape()) << what;
    const auto width = static_cast<std::size_t>(expected.shape().back());
    for (std::size_t i = 0; i < static_cast<std::size_t>(expected.elements()); ++i) {
        const float right = expected.values<float>()[i];
        ASSERT_NEAR(actual.values<float>()[i], right, tolerance * std::max(std::abs(right), 1.0F))
            << what << ", row " << i / width << ", column " << i % width;
    }
}

}  // namespace yolo::test
