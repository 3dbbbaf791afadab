// SPDX-License-Identifier: Apache-2.0
/// \file All pictures and labels of a split in one block of bytes: flat arrays, the same in memory and in the
/// cache file, where they are used in place.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <yolo/image.hpp>

#include "data/dataset.hpp"
#include "data/labels.hpp"

namespace yolo::data {

/// Gathers pictures one by one.
class LabelIndexBuilder {
  public:
    explicit LabelIndexBuilder(int keypoints_each) : keypoints_each_(keypoints_each) {}

    void add(std::string_view picture, Size size, const Labels& labels);
    /// Objects with and without polygons were mixed: only the boxes are kept.
    bool drop_mixed_polygons();
    std::size_t objects() const { return classes_.size(); }
    std::size_t polygons() const { return polygons_; }

    /// The block. `key` says what it was made from.
    std::vector<std::byte> finish(std::uint64_t key, const DatasetSummary& summary) const;

  private:
    int keypoints_each_;
    std::size_t polygons_ = 0;
    std::vector<std::int32_t> sides_;
    std::string paths_;
    std::vector<std::uint64_t> path_ends_ = {0}, object_ends_ = {0}, polygon_ends_ = {0};
    std::vector<std::int32_t> classes_;
    std::vector<image::Box4> boxes_;
    std::vector<Point> points_;
    std::vector<LabelPoint> keypoints_;
};

/// Reads a block in place.
class LabelIndex {
  public:
    /// Whether these bytes begin as every block does, one of another version or a damaged one, too.
    static bool is_block(std::span<const std::byte> bytes);
    /// Null when the block is damaged or was made from something else than `key` says.
    static std::shared_ptr<const LabelIndex> open(std::shared_ptr<const void> owner,
                                                  std::span<const std::byte> block, std::uint64_t key);

    const DatasetSummary& summary() const { return summary_; }
    std::size_t size() const { return path_ends_.size() - 1; }
    std::size_t objects() const { return classes_.size(); }
    bool has_polygons() const { return polygon_ends_.size() > 1; }

    std::string_view picture(std::size_t i) const {
        return paths_.substr(path_ends_[i], path_ends_[i + 1] - path_ends_[i]);
    }
    Size picture_size(std::size_t i) const { return {sides_[2 * i], sides_[2 * i + 1]}; }
    std::span<const std::int32_t> classes(std::size_t i) const {
        return classes_.subspan(first(i), count(i));
    }
    std::span<const image::Box4> boxes(std::size_t i) const;
    /// Polygon and keypoints of the k-th object of a picture; empty when there are none.
    std::span<const Point> polygon(std::size_t i, std::size_t k) const;
    std::span<const LabelPoint> keypoints(std::size_t i, std::size_t k) const;

  private:
    bool read(std::span<const std::byte> block, std::uint64_t key);
    std::size_t first(std::size_t i) const { return object_ends_[i]; }
    std::size_t count(std::size_t i) const { return object_ends_[i + 1] - object_ends_[i]; }

    std::shared_ptr<const void> owner_;
    DatasetSummary summary_;
    std::size_t keypoints_each_ = 0;
    std::span<const std::int32_t> sides_;
    std::string_view paths_;
    std::span<const std::uint64_t> path_ends_, object_ends_, polygon_ends_;
    std::span<const std::int32_t> classes_;
    std::span<const image::Box4> boxes_;
    std::span<const Point> points_;
    std::span<const LabelPoint> keypoints_;
};

}  // namespace yolo::data
