// SPDX-License-Identifier: Apache-2.0
#include "sources/matroska.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

namespace yolo::sources {

namespace {

using Bytes = std::span<const std::byte>;

// Element IDs of RFC 9559, section 5.1.
constexpr std::uint32_t ebml_id = 0x1A45DFA3, segment_id = 0x18538067, cluster_id = 0x1F43B675,
                        tracks_id = 0x1654AE6B;
constexpr std::uint32_t track_id = 0xAE, track_type_id = 0x83, video_id = 0xE0, projection_id = 0x7670;
constexpr std::uint32_t projection_type_id = 0x7671, yaw_id = 0x7673, pitch_id = 0x7674, roll_id = 0x7675;
constexpr std::uint64_t video_type = 1;

std::uint64_t big_endian(Bytes bytes) {
    std::uint64_t value = 0;
    for (const std::byte byte : bytes) value = value << 8 | static_cast<std::uint64_t>(byte);
    return value;
}

/// An element's number of 4 or 8 bytes.
double real(Bytes bytes) {
    if (bytes.size() == 4) return std::bit_cast<float>(static_cast<std::uint32_t>(big_endian(bytes)));
    return bytes.size() == 8 ? std::bit_cast<double>(big_endian(bytes)) : 0;
}

struct Element {
    std::uint32_t id = 0;
    Bytes body;
    bool cut = false;  ///< what is there of it
};

/// Bytes of the number that starts with `first`: its leading zero bits say it (RFC 8794, section 4).
std::size_t length(std::byte first) {
    return static_cast<std::size_t>(std::countl_zero(static_cast<std::uint8_t>(first))) + 1;
}

/// The element at the start of `rest`, which is moved behind it. Nothing at the end, or where it is damaged.
/// What is longer than `rest`, or of unknown length, is all of it.
std::optional<Element> take(Bytes& rest) {
    if (rest.empty()) return std::nullopt;
    const std::size_t id_length = length(rest[0]);
    if (id_length > 4 || rest.size() <= id_length) return std::nullopt;
    const std::size_t size_length = length(rest[id_length]);
    if (size_length > 8 || rest.size() < id_length + size_length) return std::nullopt;
    const std::uint64_t mask = (std::uint64_t{1} << 7 * size_length) - 1;
    const std::uint64_t size = big_endian(rest.subspan(id_length, size_length)) & mask;
    Element element{static_cast<std::uint32_t>(big_endian(rest.first(id_length))),
                    rest.subspan(id_length + size_length)};
    element.cut = size != mask && size > element.body.size();
    if (size != mask && !element.cut) element.body = element.body.first(size);
    rest = Bytes(element.body.data() + element.body.size(), rest.data() + rest.size());
    return element;
}

std::optional<Bytes> child(Bytes parent, std::uint32_t id) {
    while (const auto element = take(parent)) {
        if (element->id == id) return element->body;
        if (element->id == cluster_id) break;  // frames: what is asked for stands before them
    }
    return std::nullopt;
}

/// The first video track.
std::optional<Bytes> video_track(Bytes tracks) {
    while (const auto track = take(tracks)) {
        if (track->id != track_id) continue;
        if (const auto type = child(track->body, track_type_id); type && big_endian(*type) == video_type)
            return child(track->body, video_id);
    }
    return std::nullopt;
}

}  // namespace

std::optional<Orientation> matroska_orientation(Bytes file) {
    const auto header = take(file);
    if (!header || header->id != ebml_id) return std::nullopt;
    const auto segment = child(file, segment_id);
    const auto tracks = segment ? child(*segment, tracks_id) : std::nullopt;
    const auto video = tracks ? video_track(*tracks) : std::nullopt;
    const auto projection = video ? child(*video, projection_id) : std::nullopt;
    if (!projection) return std::nullopt;
    const auto number = [&](std::uint32_t id) {
        const auto body = child(*projection, id);
        return body ? real(*body) : 0.0;
    };
    const auto type = child(*projection, projection_type_id);
    const double yaw = number(yaw_id), roll = number(roll_id);
    const bool mirrored = std::abs(yaw) == 180;
    const bool flat = (!type || big_endian(*type) == 0) && number(pitch_id) == 0 && (yaw == 0 || mirrored);
    if (!flat || !std::isfinite(roll)) return std::nullopt;
    return turned_orientation(mirrored, -roll);  // it is counted counter-clockwise, after the yaw
}

bool matroska_is_cut(Bytes file) {
    const auto header = take(file);
    const auto segment = header && header->id == ebml_id ? take(file) : std::nullopt;
    return segment && segment->id == segment_id && segment->cut;
}

}  // namespace yolo::sources
