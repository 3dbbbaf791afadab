// SPDX-License-Identifier: Apache-2.0
#include "image/exif.hpp"

#include <cstring>

namespace yolo::image {

namespace {

constexpr std::uint16_t orientation_tag = 0x0112;
constexpr std::size_t entry_size = 12;  // tag, type, count, value or offset

/// Reads numbers of a TIFF structure in its byte order; 0 outside of it.
class TiffNumbers {
  public:
    explicit TiffNumbers(std::span<const std::byte> bytes) : bytes_(bytes) {
        const bool intel = bytes.size() >= 8 && std::memcmp(bytes.data(), "II*\0", 4) == 0;
        const bool motorola = bytes.size() >= 8 && std::memcmp(bytes.data(), "MM\0*", 4) == 0;
        valid_ = intel || motorola;
        little_ = intel;
    }

    bool valid() const { return valid_; }
    bool little_endian() const { return little_; }

    std::uint32_t number(std::size_t offset, std::size_t size) const {
        if (offset > bytes_.size() || bytes_.size() - offset < size) return 0;
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < size; ++i) {
            const std::size_t at = offset + (little_ ? size - 1 - i : i);
            value = value << 8 | static_cast<std::uint32_t>(bytes_[at]);
        }
        return value;
    }

  private:
    std::span<const std::byte> bytes_;
    bool valid_ = false, little_ = true;
};

}  // namespace

std::optional<TiffTag> find_tiff_tag(std::span<const std::byte> tiff, std::uint16_t number) {
    const TiffNumbers numbers(tiff);
    if (!numbers.valid()) return std::nullopt;
    const std::size_t directory = numbers.number(4, 4);
    const std::uint32_t entries = numbers.number(directory, 2);
    for (std::uint32_t i = 0; i < entries; ++i) {
        const std::size_t entry = directory + 2 + i * entry_size;
        if (entry + entry_size > tiff.size()) break;
        if (numbers.number(entry, 2) != number) continue;
        const std::uint32_t type = numbers.number(entry + 2, 2);
        const std::size_t size = type == 1 ? 1 : type == 3 ? 2 : 4;  // byte, short, long
        return TiffTag{numbers.number(entry + 8, size), entry + 8, numbers.little_endian()};
    }
    return std::nullopt;
}

int exif_orientation(std::span<const std::byte> exif) {
    if (exif.size() > 6 && std::memcmp(exif.data(), "Exif\0\0", 6) == 0) exif = exif.subspan(6);
    const auto tag = find_tiff_tag(exif, orientation_tag);
    return tag && tag->value >= 1 && tag->value <= 8 ? static_cast<int>(tag->value) : 1;
}

}  // namespace yolo::image
