// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <set>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/counter.hpp>
#include <yolo/error.hpp>
#include <yolo/settings.hpp>

#include "core/files.hpp"
#include "metrics/mot_sequence.hpp"
#include "modes/run_folder.hpp"
#include "modes/tracking/given_detections.hpp"
#include "modes/tracking/mot_rows.hpp"
#include "modes/tracking/other_forms.hpp"
#include "modes/tracking/region_text.hpp"

namespace yolo::modes {

namespace {

/// What a sequence's own description says of a file SEQ/det/det.txt.
metrics::MotSequence described(const std::filesystem::path& file) {
    const std::filesystem::path folder = std::filesystem::absolute(file).lexically_normal().parent_path();
    if (folder.filename() != "det") return {};
    return metrics::read_sequence(folder.parent_path());
}

std::string counted(std::size_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// What region= asks for; nothing without it.
class GivenCounts {
  public:
    /// Throws UsageError for regions that cannot be counted in.
    GivenCounts(const std::string& text, Size picture) : picture_(picture) {
        if (text.empty()) return;
        std::vector<Region> regions = read_regions(text);
        const bool shares = std::ranges::any_of(regions, [](const Region& region) {
            return std::ranges::all_of(region.points, [](const Point& point) {
                return point.x >= 0 && point.x <= 1 && point.y >= 0 && point.y <= 1;
            });
        });
        if (shares && (picture.width == 0 || picture.height == 0))
            throw UsageError(fmt::format(
                "region={}: it has shares of a picture whose size is not known (imWidth and imHeight of "
                "seqinfo.ini): give pixels",
                text));
        // A size in half says nothing.
        if (picture.width == 0 || picture.height == 0) picture_ = {};
        counter_.emplace(std::move(regions));
    }

    bool wanted() const { return counter_.has_value(); }

    void update(const Tracks& tracks, double seconds) {
        if (counter_) counter_->update(tracks, picture_, seconds);
    }

    void write(RunFiles& files, const std::string& name, const LogSink& log) const {
        if (!counter_) return;
        if (picture_.width > 0) {
            for (const std::string& region : counter_->outside())
                log(LogLevel::warning,
                    fmt::format("region '{}' lies outside of the picture of {}x{} pixels, so "
                                "that nothing is counted there",
                                region, picture_.width, picture_.height));
        }
        std::string csv = counts_csv_header();
        for (const RegionCounts& counts : counter_->counts()) {
            csv += counts_csv_rows(name, counts, {});
            log(LogLevel::info, region_summary(counts, {}));
        }
        write_file(files.claim("counts.json"),
                   json_text({{name, regions_json(counter_->counts(), {})}}, 1) + "\n");
        write_file(files.claim("counts.csv"), csv);
    }

  private:
    Size picture_;
    std::optional<RegionCounter> counter_;
};

}  // namespace

void track_detections(const Config& config, const CommandContext& context) {
    const LogSink& log = context.log;
    const std::filesystem::path file = config.text("detections");
    const TrackerOptions options = tracker_without_pictures(config.text("tracker"), log);
    GivenDetections detections = read_detections(file);
    if (detections.rows.empty())
        throw Error(fmt::format("nothing was tracked: {} has no detections", file.string()));
    const metrics::MotSequence sequence = described(file);
    GivenCounts counts(config.text("region"), sequence.picture);
    const GivenTracks tracks = track_given(
        detections.rows, options,
        {.frame_rate = sequence.frame_rate, .length = sequence.length, .conf = config.number("conf")},
        context.cancelled, [&](const Tracks& now, double seconds) { counts.update(now, seconds); });
    std::set<int> numbers;
    for (const metrics::MotRow& row : tracks.rows) numbers.insert(row.id);
    log(LogLevel::info,
        fmt::format("{}: {} in {}, {}", file.string(), counted(numbers.size(), "track"),
                    counted(tracks.rows.size(), "row"), counted(detections.rows.size(), "detection")));
    Notes notes = std::move(detections.notes);
    notes.insert(notes.end(), tracks.notes.begin(), tracks.notes.end());
    if (const std::string ends = disagreement({.seqinfo = sequence.length,
                                               .pictures = 0,
                                               .truth = 0,
                                               .detections = last_frame(detections.rows)});
        !ends.empty())
        notes.push_back(ends);
    if (const std::string clock = clock_note(Tracker(options), sequence.frame_rate); !clock.empty())
        notes.push_back(clock);
    if (!notes.empty()) log(LogLevel::warning, fmt::format("{}: {}", file.string(), fmt::join(notes, "; ")));
    if (!config.flag("save_mot") && !counts.wanted()) {
        log(LogLevel::warning, "nothing is written: give save_mot=True for the tracks");
        return;
    }
    const Settings settings = load_settings(log);
    const auto files = open_run_folder(config, Task::detect, "track", settings.runs_dir, log);
    const std::string name = mot_sequence_name(file, file.stem().string());
    if (config.flag("save_mot")) {
        files->refuse_foreign_folder("mot");
        refuse_given(*files, "mot/" + name + ".txt", file);
        write_file(files->claim("mot/" + name + ".txt"), metrics::mot_text(tracks.rows));
    }
    counts.write(*files, name, log);
    log(LogLevel::info, fmt::format("Results saved to {}", files->folder().string()));
}

}  // namespace yolo::modes
