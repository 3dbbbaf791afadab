// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <yolo/error.hpp>

#include "metrics/mot_metrics.hpp"
#include "metrics/mot_sequence.hpp"

/// MOTChallenge text from anywhere gives rows that can be judged, or is refused with an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const auto rows = yolo::metrics::parse_mot(text, "fuzz.txt");
        const auto scores = yolo::metrics::score_tracks(rows, rows);
        for (const double figure : {scores.hota(), scores.mota(), scores.motp(), scores.idf1()}) {
            if (!std::isfinite(figure) || figure > 1 + 1e-9) std::abort();
        }
        (void)yolo::metrics::parse_mot(yolo::metrics::mot_text(rows), "written.txt");
    } catch (const yolo::Error&) {
    }
    try {
        yolo::metrics::MotSequence sequence;
        yolo::metrics::parse_sequence_info(text, "fuzz.ini", sequence);
    } catch (const yolo::Error&) {
        return 0;
    }
    return 0;
}
