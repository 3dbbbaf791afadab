// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/label_index.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include <zlib.h>

namespace yolo::data {

namespace {

/// Version of the block's form; raise it whenever the form or what verification accepts changes.
constexpr std::uint64_t form = 1;
constexpr std::array<char, 8> magic = {'Y', 'O', 'L', 'O', 'I', 'D', 'X', '\n'};
constexpr std::size_t alignment = 8;

/// Sections of the block, in this order, each at a multiple of 8 bytes.
namespace part {
enum Section : std::size_t {
    sides,
    paths,
    path_ends,
    object_ends,
    polygon_ends,
    classes,
    boxes,
    points,
    keypoints,
    messages,
    count
};
}  // namespace part

struct BlockHeader {
    std::array<char, 8> magic = {};
    std::uint64_t form = 0;
    std::uint64_t key = 0;
    std::uint64_t checksum = 0;  ///< CRC-32 of everything behind the header
    std::uint64_t keypoints_each = 0;
    std::array<std::uint64_t, 6> summary = {};  ///< in the order of DatasetSummary
    std::array<std::uint64_t, part::count> bytes = {};
};
static_assert(sizeof(BlockHeader) % alignment == 0);
static_assert(sizeof(Point) == 8 && sizeof(LabelPoint) == 12 && sizeof(image::Box4) == 16);

std::size_t aligned(std::size_t size) {
    return (size + alignment - 1) / alignment * alignment;
}

std::uint64_t checksum(std::span<const std::byte> bytes) {
    return ::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
}

template <class T>
std::span<const std::byte> bytes_of(const std::vector<T>& values) {
    return std::as_bytes(std::span(values));
}

template <class T>
std::span<const T> values_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

/// 0 = first <= second <= ... = last.
bool are_ends(std::span<const std::uint64_t> ends, std::size_t last) {
    return !ends.empty() && ends.front() == 0 && ends.back() == last &&
           std::is_sorted(ends.begin(), ends.end());
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + '\0';
    return text;
}

std::vector<std::string> parted(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\0'), text.size() - 1);
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return lines;
}

}  // namespace

void LabelIndexBuilder::add(std::string_view picture, Size size, const Labels& labels) {
    sides_.insert(sides_.end(), {size.height, size.width});
    paths_ += picture;
    path_ends_.push_back(paths_.size());
    classes_.insert(classes_.end(), labels.classes.begin(), labels.classes.end());
    boxes_.insert(boxes_.end(), labels.boxes.begin(), labels.boxes.end());
    boxes_.resize(classes_.size());  // classify has a class without a box
    object_ends_.push_back(classes_.size());
    for (const Polygon& polygon : labels.polygons) {
        points_.insert(points_.end(), polygon.begin(), polygon.end());
        polygon_ends_.push_back(points_.size());
    }
    polygons_ += labels.polygons.size();
    keypoints_.insert(keypoints_.end(), labels.keypoints.begin(), labels.keypoints.end());
}

bool LabelIndexBuilder::drop_mixed_polygons() {
    if (polygons_ == 0 || polygons_ == classes_.size()) return false;
    polygons_ = 0;
    points_.clear();
    polygon_ends_ = {0};
    return true;
}

std::vector<std::byte> LabelIndexBuilder::finish(std::uint64_t key, const DatasetSummary& summary) const {
    const std::string notes = joined(summary.messages);
    const std::array<std::span<const std::byte>, part::count> sections = {
        bytes_of(sides_),        std::as_bytes(std::span(paths_)),
        bytes_of(path_ends_),    bytes_of(object_ends_),
        bytes_of(polygon_ends_), bytes_of(classes_),
        bytes_of(boxes_),        bytes_of(points_),
        bytes_of(keypoints_),    std::as_bytes(std::span(notes))};
    BlockHeader header{.magic = magic, .form = form, .key = key};
    header.keypoints_each = static_cast<std::uint64_t>(keypoints_each_);
    header.summary = {summary.pictures, summary.found,   summary.missing,
                      summary.empty,    summary.corrupt, summary.duplicates};
    std::size_t size = sizeof header;
    for (std::size_t i = 0; i < part::count; ++i) {
        header.bytes[i] = sections[i].size();
        size += aligned(sections[i].size());
    }
    std::vector<std::byte> block(size);
    std::size_t at = sizeof header;
    for (const auto& section : sections) {
        std::copy(section.begin(), section.end(), block.begin() + static_cast<std::ptrdiff_t>(at));
        at += aligned(section.size());
    }
    header.checksum = checksum(std::span(block).subspan(sizeof header));
    std::memcpy(block.data(), &header, sizeof header);
    return block;
}

std::shared_ptr<const LabelIndex> LabelIndex::open(std::shared_ptr<const void> owner,
                                                   std::span<const std::byte> block, std::uint64_t key) {
    auto index = std::make_shared<LabelIndex>();
    index->owner_ = std::move(owner);
    return index->read(block, key) ? index : nullptr;
}

bool LabelIndex::is_block(std::span<const std::byte> bytes) {
    return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

bool LabelIndex::read(std::span<const std::byte> block, std::uint64_t key) {
    BlockHeader header;
    if (block.size() < sizeof header) return false;
    std::memcpy(&header, block.data(), sizeof header);
    if (header.magic != magic || header.form != form || header.key != key) return false;
    std::array<std::span<const std::byte>, part::count> sections;
    std::span<const std::byte> rest = block.subspan(sizeof header);
    if (header.checksum != checksum(rest)) return false;
    for (std::size_t i = 0; i < part::count; ++i) {
        if (header.bytes[i] > rest.size() || aligned(header.bytes[i]) > rest.size()) return false;
        sections[i] = rest.first(header.bytes[i]);
        rest = rest.subspan(aligned(header.bytes[i]));
    }
    const auto text = [&](part::Section s) {
        return std::string_view(reinterpret_cast<const char*>(sections[s].data()), sections[s].size());
    };
    sides_ = values_of<std::int32_t>(sections[part::sides]);
    paths_ = text(part::paths);
    path_ends_ = values_of<std::uint64_t>(sections[part::path_ends]);
    object_ends_ = values_of<std::uint64_t>(sections[part::object_ends]);
    polygon_ends_ = values_of<std::uint64_t>(sections[part::polygon_ends]);
    classes_ = values_of<std::int32_t>(sections[part::classes]);
    boxes_ = values_of<image::Box4>(sections[part::boxes]);
    points_ = values_of<Point>(sections[part::points]);
    keypoints_ = values_of<LabelPoint>(sections[part::keypoints]);
    keypoints_each_ = header.keypoints_each;
    const auto& counts = header.summary;
    summary_ = {
        counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], parted(text(part::messages))};
    const std::size_t objects = classes_.size();
    const bool no_polygons = polygon_ends_.size() == 1 && points_.empty();
    return are_ends(path_ends_, paths_.size()) && are_ends(object_ends_, objects) &&
           object_ends_.size() == path_ends_.size() && sides_.size() == 2 * size() &&
           boxes_.size() == objects && (no_polygons || polygon_ends_.size() == objects + 1) &&
           are_ends(polygon_ends_, points_.size()) &&
           keypoints_each_ <= std::numeric_limits<std::uint32_t>::max() &&
           keypoints_.size() == keypoints_each_ * objects;
}

std::span<const image::Box4> LabelIndex::boxes(std::size_t i) const {
    return boxes_.subspan(first(i), count(i));
}

std::span<const Point> LabelIndex::polygon(std::size_t i, std::size_t k) const {
    if (!has_polygons()) return {};
    const std::size_t object = first(i) + k;
    return points_.subspan(polygon_ends_[object], polygon_ends_[object + 1] - polygon_ends_[object]);
}

std::span<const LabelPoint> LabelIndex::keypoints(std::size_t i, std::size_t k) const {
    if (keypoints_.empty()) return {};
    return keypoints_.subspan((first(i) + k) * keypoints_each_, keypoints_each_);
}

}  // namespace yolo::data
