// SPDX-License-Identifier: Apache-2.0
/// \file Keys that several trackers have.
#pragma once

#include "track/settings.hpp"

namespace yolo::track {

constexpr Key fraction(std::string_view name, double standard) {
    return {name, KeyKind::number, 0, 1, standard};
}
constexpr Key factor(std::string_view name, double most, double standard) {
    return {name, KeyKind::number, 0, most, standard};
}
constexpr Key whole(std::string_view name, double least, double most, double standard) {
    return {name, KeyKind::whole, least, most, standard};
}
constexpr Key flag(std::string_view name, bool standard) {
    return {name, KeyKind::flag, 0, 1, standard ? 1.0 : 0.0};
}

inline constexpr Key track_buffer = whole("track_buffer", 0, 1e6, 30);  // frames
/// Seconds; 0 = track_buffer counts. Our own: it is in no tracker file.
inline constexpr Key track_buffer_s = factor("track_buffer_s", 1e6, 0);
inline constexpr Key fuse_score = flag("fuse_score", true);
inline constexpr Key with_reid = flag("with_reid", false);
inline constexpr Key reid_model = {"model", KeyKind::text, 0, 0, 0, "auto"};

inline constexpr Key delta_t = whole("delta_t", 1, 1000, 3);  // frames
inline constexpr Key inertia = fraction("inertia", 0.2);
inline constexpr Key use_byte = flag("use_byte", false);

constexpr Key gmc_method(std::string_view words) {
    return {"gmc_method", KeyKind::word, 0, 0, 0, words};
}
inline constexpr std::string_view flow_first = "sparseOptFlow, orb, sift, ecc, none";
inline constexpr std::string_view none_first = "none, sparseOptFlow, orb, sift, ecc";

}  // namespace yolo::track
