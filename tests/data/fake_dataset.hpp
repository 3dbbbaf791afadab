// SPDX-License-Identifier: Apache-2.0
/// \file A data set of random pictures and labels, for tests of what comes after a data set.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <random>

#include <fmt/core.h>

#include "data/dataset.hpp"
#include "image/codec.hpp"
#include "image/picture_support.hpp"
#include "support/golden.hpp"

namespace yolo::test {

class FakeDataset : public data::Dataset {
  public:
    /// Writes `count` small PNG files with up to four objects each.
    FakeDataset(Task task, std::size_t count, std::uint32_t seed = 1) {
        spec_.task = task;
        spec_.file = "fake.yaml";
        spec_.names = std::make_shared<std::vector<std::string>>(std::vector<std::string>{"a", "b", "c"});
        if (task == Task::pose) spec_.kpt_shape = {3, 3}, spec_.flip_idx = {1, 0, 2};
        std::mt19937 random(seed);
        std::uniform_int_distribution<int> side(20, 60), objects(0, 4);
        const std::filesystem::path folder = scratch_dir();
        for (std::size_t i = 0; i < count; ++i) {
            const Size size{side(random), side(random)};
            paths_.push_back(folder / fmt::format("{:03}.png", i));
            image::write_image(paths_.back(), random_picture(size.height, size.width, random));
            sizes_.push_back(size);
            labels_.push_back(random_labels(task, objects(random), random));
        }
    }

    const data::DatasetSpec& spec() const override { return spec_; }
    const data::DatasetSummary& summary() const override { return summary_; }
    std::size_t size() const override { return paths_.size(); }
    std::filesystem::path picture(std::size_t index) const override { return paths_[index]; }
    Size picture_size(std::size_t index) const override { return sizes_[index]; }
    data::Labels labels(std::size_t index) const override { return labels_[index]; }
    bool has_polygons() const override { return spec_.task == Task::segment || spec_.task == Task::obb; }
    std::size_t most_objects() const override { return 4; }

    data::DatasetSpec& changed_spec() { return spec_; }
    void set_picture(std::size_t index, const cv::Mat& picture, const data::Labels& labels) {
        image::write_image(paths_[index], picture);
        sizes_[index] = {picture.rows, picture.cols};
        labels_[index] = labels;
    }

  private:
    static data::Labels random_labels(Task task, int objects, std::mt19937& random) {
        std::uniform_real_distribution<float> share(0, 1);
        data::Labels labels;
        for (int i = 0; i < objects; ++i) {
            const float w = 0.2f + 0.3f * share(random), h = 0.2f + 0.3f * share(random);
            const float x = w / 2 + (1 - w) * share(random), y = h / 2 + (1 - h) * share(random);
            labels.classes.push_back(i % 3);
            labels.boxes.push_back({x, y, w, h});
            if (task == Task::segment || task == Task::obb) {
                labels.polygons.push_back({{x - w / 2, y - h / 2},
                                           {x + w / 2, y - h / 2},
                                           {x + w / 2, y + h / 2},
                                           {x - w / 2, y + h / 2}});
            }
            for (int k = 0; task == Task::pose && k < 3; ++k) {
                labels.keypoints.push_back(
                    {x + w * (share(random) - 0.5f), y + h * (share(random) - 0.5f), 2});
            }
        }
        return labels;
    }

    data::DatasetSpec spec_;
    data::DatasetSummary summary_;
    std::vector<std::filesystem::path> paths_;
    std::vector<Size> sizes_;
    std::vector<data::Labels> labels_;
};

/// The same few pictures again and again, each of which says that it is larger than any memory.
class HugeDataset : public FakeDataset {
  public:
    using FakeDataset::FakeDataset;
    std::size_t size() const override { return 100'000; }
    Size picture_size(std::size_t) const override { return {1 << 20, 1 << 20}; }
    std::filesystem::path picture(std::size_t index) const override {
        ++reads;
        return FakeDataset::picture(index % FakeDataset::size());
    }
    data::Labels labels(std::size_t index) const override {
        return FakeDataset::labels(index % FakeDataset::size());
    }

    mutable std::atomic<int> reads = 0;
};

}  // namespace yolo::test
