// SPDX-License-Identifier: Apache-2.0
#include <set>

#include <fmt/core.h>

#include <yolo/error.hpp>
#include <yolo/settings.hpp>

#include "core/files.hpp"
#include "metrics/mot_sequence.hpp"
#include "modes/run_folder.hpp"
#include "modes/tracking/given_detections.hpp"
#include "modes/tracking/mot_rows.hpp"
#include "modes/tracking/other_forms.hpp"

namespace yolo::modes {

namespace {

/// What a sequence's own description says of a file SEQ/det/det.txt.
GivenSequence described(const std::filesystem::path& file) {
    const std::filesystem::path folder = std::filesystem::absolute(file).lexically_normal().parent_path();
    if (folder.filename() != "det") return {};
    const metrics::MotSequence sequence = metrics::read_sequence(folder.parent_path());
    return {.frame_rate = sequence.frame_rate, .length = sequence.length};
}

std::string counted(std::size_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

void track_detections(const Config& config, const CommandContext& context) {
    const std::filesystem::path file = config.text("detections");
    const TrackerOptions options = tracker_without_pictures(config.text("tracker"), context.log);
    const std::vector<metrics::MotRow> detections = metrics::read_mot(file);
    if (detections.empty())
        throw Error(fmt::format("nothing was tracked: {} has no detections", file.string()));
    GivenSequence sequence = described(file);
    sequence.conf = config.number("conf");
    const std::vector<metrics::MotRow> rows = track_given(detections, options, sequence, context.cancelled);
    std::set<int> tracks;
    for (const metrics::MotRow& row : rows) tracks.insert(row.id);
    context.log(LogLevel::info,
                fmt::format("{}: {} in {}, {}", file.string(), counted(tracks.size(), "track"),
                            counted(rows.size(), "row"), counted(detections.size(), "detection")));
    if (!config.flag("save_mot")) {
        context.log(LogLevel::warning, "nothing is written: give save_mot=True for the tracks");
        return;
    }
    const Settings settings = load_settings(context.log);
    const auto files = open_run_folder(config, Task::detect, "track", settings.runs_dir, context.log);
    files->refuse_foreign_folder("mot");
    const std::string name = mot_sequence_name(file, file.stem().string());
    write_file(files->claim("mot/" + name + ".txt"), metrics::mot_text(rows));
    context.log(LogLevel::info, fmt::format("Results saved to {}", files->folder().string()));
}

}  // namespace yolo::modes
