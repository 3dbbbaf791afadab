// SPDX-License-Identifier: Apache-2.0
#include "image/exif.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace yolo::image {

namespace {

using namespace std::string_view_literals;

constexpr std::uint16_t orientation_tag = 0x0112;

/// Where a TIFF structure says how much.
struct TiffForm {
    std::size_t offset_at, offset_size;  ///< of the first directory
    std::size_t count_size;              ///< entries of a directory
    std::size_t entry_size, value_at;    ///< tag, type, count, value or offset
};
constexpr TiffForm classic_form{4, 4, 2, 12, 8}, big_form{8, 8, 8, 20, 12};

/// Reads numbers of a TIFF structure in its byte order; 0 outside of it.
class TiffNumbers {
  public:
    explicit TiffNumbers(std::span<const std::byte> bytes) : bytes_(bytes) {
        if (bytes.size() < 8) return;
        const std::string_view start(reinterpret_cast<const char*>(bytes.data()), 4);
        little_ = start.starts_with("II");
        if (start == "II*\0"sv || start == "MM\0*"sv) form_ = &classic_form;
        if (start == "II+\0"sv || start == "MM\0+"sv) form_ = &big_form;
    }

    const TiffForm* form() const { return form_; }  ///< null when it is no TIFF structure
    bool little_endian() const { return little_; }

    std::uint64_t number(std::size_t offset, std::size_t size) const {
        if (offset > bytes_.size() || bytes_.size() - offset < size) return 0;
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < size; ++i) {
            const std::size_t at = offset + (little_ ? size - 1 - i : i);
            value = value << 8 | static_cast<std::uint64_t>(bytes_[at]);
        }
        return value;
    }

  private:
    std::span<const std::byte> bytes_;
    const TiffForm* form_ = nullptr;
    bool little_ = true;
};

/// Of the types for numbers without a sign: byte, short, long, and BigTIFF's long of 64 bits.
std::size_t size_of_type(std::uint64_t type) {
    return type == 1 ? 1 : type == 3 ? 2 : type == 16 ? 8 : 4;
}

}  // namespace

std::optional<TiffTag> find_tiff_tag(std::span<const std::byte> tiff, std::uint16_t number) {
    const TiffNumbers numbers(tiff);
    if (numbers.form() == nullptr) return std::nullopt;
    const TiffForm& form = *numbers.form();
    const std::uint64_t directory = numbers.number(form.offset_at, form.offset_size);
    if (directory > tiff.size()) return std::nullopt;
    const std::uint64_t entries = numbers.number(directory, form.count_size);
    for (std::uint64_t i = 0; i < entries; ++i) {
        const std::size_t entry = directory + form.count_size + i * form.entry_size;
        if (entry + form.entry_size > tiff.size()) break;
        if (numbers.number(entry, 2) != number) continue;
        const std::size_t room =
            form.entry_size - form.value_at;  // for the values; more of them stand elsewhere
        const std::size_t size = std::min(size_of_type(numbers.number(entry + 2, 2)), room);
        const std::uint64_t count = numbers.number(entry + 4, room);
        const std::size_t place =
            count > room / size ? numbers.number(entry + form.value_at, room) : entry + form.value_at;
        return TiffTag{numbers.number(place, size), place, numbers.little_endian()};
    }
    return std::nullopt;
}

int exif_orientation(std::span<const std::byte> exif) {
    if (exif.size() > 6 && std::memcmp(exif.data(), "Exif\0\0", 6) == 0) exif = exif.subspan(6);
    const auto tag = find_tiff_tag(exif, orientation_tag);
    return tag && tag->value >= 1 && tag->value <= 8 ? static_cast<int>(tag->value) : 1;
}

}  // namespace yolo::image
