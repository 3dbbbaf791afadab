// SPDX-License-Identifier: Apache-2.0
#include "sources/plugins/ffmpeg_orientation.hpp"

#include <cstdlib>

namespace yolo::plugins {

using sources::Orientation;

namespace {

Orientation of_matrix(const std::uint8_t* data) {
    const auto* matrix = reinterpret_cast<const std::int32_t*>(data);  // (a b u, c d v, x y w)
    return sources::matrix_orientation(matrix[0], matrix[1], matrix[3], matrix[4]);
}

/// Null when the stream has none.
const std::uint8_t* display_matrix(const AVStream& stream) {
    constexpr std::size_t least = 9 * sizeof(std::int32_t);
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
    const AVCodecParameters& parameters = *stream.codecpar;
    const AVPacketSideData* found = av_packet_side_data_get(
        parameters.coded_side_data, parameters.nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    return found != nullptr && found->size >= least ? found->data : nullptr;
#else
    std::size_t size = 0;
    const std::uint8_t* data = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    return data != nullptr && size >= least ? data : nullptr;
#endif
}

}  // namespace

std::optional<Orientation> stream_orientation(const AVStream& stream) {
    if (const std::uint8_t* matrix = display_matrix(stream); matrix != nullptr) return of_matrix(matrix);
    const AVDictionaryEntry* tag = av_dict_get(stream.metadata, "rotate", nullptr, 0);
    if (tag == nullptr) return std::nullopt;
    return sources::turned_orientation(false, std::strtod(tag->value, nullptr));
}

Orientation frame_orientation(const AVFrame& frame) {
    const AVFrameSideData* found = av_frame_get_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX);
    return found != nullptr && found->size >= 9 * sizeof(std::int32_t) ? of_matrix(found->data)
                                                                       : Orientation{};
}

}  // namespace yolo::plugins
