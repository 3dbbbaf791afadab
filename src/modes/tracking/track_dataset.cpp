// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <utility>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>
#include <yolo/settings.hpp>

#include "core/files.hpp"
#include "core/threads.hpp"
#include "inference/options.hpp"
#include "inference/pipeline.hpp"
#include "inference/tracking_stage.hpp"
#include "metrics/mot_benchmark.hpp"
#include "metrics/mot_metrics.hpp"
#include "modes/run_folder.hpp"
#include "modes/tracking/given_detections.hpp"
#include "modes/tracking/mot_rows.hpp"
#include "modes/tracking/other_forms.hpp"
#include "modes/tracking/score_table.hpp"
#include "modes/tracking/sequence_check.hpp"
#include "modes/tracking/sequence_pictures.hpp"
#include "modes/tracking/sequences.hpp"
#include "options/device.hpp"

namespace yolo::modes {

namespace {

using namespace inference;
using Rows = std::vector<metrics::MotRow>;
using metrics::MotSequence;

/// What was made of a sequence.
struct Followed {
    Rows tracks;
    SequenceEnds ends;
    Notes notes;
};

/// Where the tracks of a sequence come from.
class TrackMaker {
  public:
    virtual ~TrackMaker() = default;
    virtual Task task() const { return Task::detect; }
    virtual Followed follow(const MotSequence& sequence) = 0;
    virtual int unread() const { return 0; }  ///< pictures
};

using Clock = std::chrono::steady_clock;

std::string progress_text(const std::string& name, std::size_t done, const SequencePictures& pictures,
                          Clock::time_point start) {
    const auto all = static_cast<double>(pictures.files.size()), so_far = static_cast<double>(done);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return fmt::format("{}: {:3.0f}% {}/{} {:.1f} images/s, {:.0f} s left", name, 100 * so_far / all, done,
                       pictures.files.size(), so_far / std::max(seconds, 1e-9),
                       seconds / so_far * (all - so_far));
}

void add_note(Notes& notes, std::string note) {
    if (!note.empty()) notes.push_back(std::move(note));
}

class OnDetections final : public TrackMaker {
  public:
    OnDetections(const Config& config, const CommandContext& context)
        : options_(tracker_without_pictures(config.text("tracker"), context.log)),
          conf_(config.number("conf")),
          cancelled_(context.cancelled) {}

    Followed follow(const MotSequence& sequence) override {
        if (sequence.detections.empty()) {
            throw Error(
                fmt::format("the sequence {} has no det/det.txt to track: give a model= for its pictures",
                            sequence.name));
        }
        GivenDetections detections = read_detections(sequence.detections);
        GivenTracks given = track_given(
            detections.rows, options_,
            {.frame_rate = sequence.frame_rate, .length = sequence.length, .conf = conf_}, cancelled_);
        Followed followed{std::move(given.rows),
                          {.seqinfo = sequence.length, .detections = last_frame(detections.rows)},
                          std::move(detections.notes)};
        for (std::string& note : given.notes) add_note(followed.notes, std::move(note));
        add_note(followed.notes, clock_note(Tracker(options_), sequence.frame_rate));
        return followed;
    }

  private:
    const TrackerOptions options_;
    const double conf_;
    const std::function<bool()> cancelled_;
};

class BehindModel final : public TrackMaker {
  public:
    BehindModel(const Config& config, const CommandContext& context, const Settings& settings)
        : context_(context), tracker_{.file = config.text("tracker")}, engine_(named_engine(config)) {
        const StreamTrackers trackers(tracker_, false);  // a wrong tracker file is said at once
        session_ = std::make_shared<Session>(
            open_model(config.text("model"), settings, {.log = context.log, .task = named_task(config)}),
            engine_);
        for (const std::string& line : options_without_effect(config, Mode::track, task()))
            context.log(LogLevel::warning, line);
        options_ = predict_options(config);
        options_.log = context.log;
        options_ = checked_options(std::move(options_), *session_, engine_, context.log);
        aids_ = tracking_aids(trackers, *session_, options_, engine_, context.log);
    }

    Task task() const override { return session_->info().task; }
    int unread() const override { return unread_; }

    Followed follow(const MotSequence& sequence) override {
        if (sequence.pictures.empty())
            throw Error(
                fmt::format("the sequence {} has no pictures (img1/): leave model= out to track its "
                            "det/det.txt",
                            sequence.name));
        const SequencePictures pictures = find_sequence_pictures(sequence.pictures);
        const auto trackers = std::make_shared<StreamTrackers>(tracker_, false);
        Stages stages;
        stages.push_back(tracking_stage(trackers, aids_));
        Pipeline pipeline(
            session_,
            sequence_source(pictures, sequence.frame_rate,
                            {.batch = options_.batch, .log = context_.log, .cancelled = context_.cancelled}),
            options_, engine_, std::move(stages));
        Followed followed{
            {}, {.seqinfo = sequence.length, .pictures = pictures.frames.back()}, picture_notes(pictures)};
        const auto start = Clock::now();
        std::size_t done = 0;
        for (auto batch = pipeline.next(); !batch.empty(); batch = pipeline.next()) {
            say_engine(pipeline);
            for (const Prediction& prediction : batch) {
                const Rows more = mot_rows(prediction.result, mot_frame(prediction.frame));
                followed.tracks.insert(followed.tracks.end(), more.begin(), more.end());
            }
            if (context_.cancelled && context_.cancelled())
                throw Cancelled(fmt::format("tracking was ended in the sequence {}", sequence.name));
            done += batch.size();
            if (context_.progress) context_.progress(progress_text(sequence.name, done, pictures, start));
        }
        unread_ += pipeline.source().unread().files;
        add_note(followed.notes, why_no_track(trackers->tally(), trackers->settings()));
        return followed;
    }

  private:
    /// The ground truth does not tell classes apart: tracks of things that it leaves out are false ones.
    void say_classes() const {
        const ModelInfo& info = session_->info();
        if (info.class_count() < 2 || !options_.classes.empty()) return;
        const auto person = std::ranges::find(*info.names, "person");
        const std::string hint =
            person == info.names->end()
                ? ""
                : fmt::format(", classes={} only people", std::distance(info.names->begin(), person));
        context_.log(
            LogLevel::warning,
            fmt::format("tracks of all {} classes of the model are judged, and those of objects that "
                        "the ground truth leaves out count as false ones: classes= chooses{}",
                        info.class_count(), hint));
    }

    /// Once: the one that runs, since another one would have to be made.
    void say_engine(const Pipeline& pipeline) {
        if (std::exchange(engine_said_, true)) return;
        const Shape input = pipeline.last_input();
        print_engine(session_->engine(pipeline.request())
                         .report(static_cast<int>(input.at(2)), static_cast<int>(input.at(3))),
                     compute_threads(options_.threads), options_.half, context_.log);
        say_classes();
    }

    const CommandContext& context_;
    const TrackerOptions tracker_;
    const std::string engine_;
    std::shared_ptr<Session> session_;
    PredictOptions options_;
    TrackingAids aids_;
    bool engine_said_ = false;
    int unread_ = 0;
};

/// Those with ground truth; the others are said.
std::vector<MotSequence> judged(std::vector<MotSequence> sequences, const std::string& where,
                                const LogSink& log) {
    std::set<std::string> names;
    for (const MotSequence& sequence : sequences) {
        if (sequence.ground_truth.empty())
            log(LogLevel::warning,
                fmt::format("the sequence {} has no gt/gt.txt: it is left out", sequence.name));
        if (!names.insert(sequence.name).second)
            throw Error(fmt::format("{}: two sequences have the name {}", where, sequence.name));
    }
    std::erase_if(sequences, [](const MotSequence& sequence) { return sequence.ground_truth.empty(); });
    if (sequences.empty()) throw Error(fmt::format("{}: no sequence has ground truth", where));
    return sequences;
}

/// Ground truth without boxes that nobody can be on.
Rows read_truth(const MotSequence& sequence, Notes& notes) {
    Rows rows = metrics::read_mot(sequence.ground_truth, metrics::MotIds::needed);
    const auto empty =
        std::erase_if(rows, [](const metrics::MotRow& row) { return !(row.width > 0) || !(row.height > 0); });
    if (empty > 0)
        notes.push_back(fmt::format("{} row{} of gt/gt.txt {} left out, without a width and height above 0",
                                    empty, empty == 1 ? "" : "s", empty == 1 ? "is" : "are"));
    return rows;
}

/// By the rules of the benchmark that the sequence is of. Nothing when no row of ground truth counts.
std::optional<metrics::MotScores> judge(const MotSequence& sequence, const Rows& truth, const Rows& tracks,
                                        Notes& notes) {
    metrics::MotRows judged{truth, tracks};
    const std::set<int> distractors = metrics::distractors_of(sequence.name);
    if (!distractors.empty() && !metrics::has_benchmark_classes(truth)) {
        notes.push_back(
            fmt::format("judged without the rules of {}: not every row of gt/gt.txt has one of its classes "
                        "(column 8, 1 to 13)",
                        sequence.name.substr(0, sequence.name.find('-'))));
    } else if (!distractors.empty()) {
        judged = metrics::judged_by_benchmark(truth, tracks, distractors);
    }
    const auto counts = [](const metrics::MotRow& row) { return row.confidence != 0; };
    if (std::ranges::any_of(judged.truth, counts)) return metrics::score_tracks(judged.truth, judged.tracks);
    notes.push_back(
        fmt::format("its figures are not available: {}",
                    truth.empty() ? "gt/gt.txt has no row to judge by"
                    : distractors.empty()
                        ? "no row of gt/gt.txt counts, all have the confidence 0"
                        : "no row of gt/gt.txt is of a pedestrian (class 1) whose confidence is not 0"));
    return std::nullopt;
}

void write_scores(RunFiles& files, const Config& config, const ScoreTable& table) {
    Json json = {{"model", config.text("model")},
                 {"data", config.text("data")},
                 {"split", config.text("split")},
                 {"tracker", config.text("tracker")}};
    json.update(table.json());
    write_file(files.claim_beside("metrics.json"), json_text(json, 2) + "\n");
    write_file(files.claim_beside("metrics.csv"), table.csv());
}

}  // namespace

int track_dataset(const Config& config, const CommandContext& context) {
    const LogSink& log = context.log;
    const Settings settings = load_settings(log);
    const std::vector<MotSequence> sequences =
        judged(find_sequences(config.text("data"), config.text("split"), settings.datasets_dir),
               config.text("data"), log);
    std::unique_ptr<TrackMaker> maker;
    if (config.text("model").empty()) {
        maker = std::make_unique<OnDetections>(config, context);
    } else {
        maker = std::make_unique<BehindModel>(config, context, settings);
    }
    const auto files = open_run_folder(config, maker->task(), "track", settings.runs_dir, log);
    if (config.flag("save_mot")) {
        files->refuse_foreign_folder("mot");
        for (const MotSequence& sequence : sequences) {
            for (const auto& given : {sequence.detections, sequence.ground_truth})
                refuse_given(*files, "mot/" + sequence.name + ".txt", given);
        }
    }
    if (std::ranges::any_of(sequences,
                            [](const auto& one) { return !metrics::distractors_of(one.name).empty(); }))
        log(LogLevel::info,
            "sequences of MOT16, MOT17 and MOT20 are judged by their rules: pedestrians count, boxes on "
            "distractors do not");
    ScoreTable table;
    for (const MotSequence& sequence : sequences) {
        if (context.progress) context.progress(sequence.name);
        Notes notes;
        const Rows truth = read_truth(sequence, notes);
        Followed followed = maker->follow(sequence);
        followed.ends.truth = last_frame(truth);
        for (std::string& note : followed.notes) add_note(notes, std::move(note));
        add_note(notes, disagreement(followed.ends));
        table.add(sequence.name, judge(sequence, truth, followed.tracks, notes));
        if (!notes.empty())
            log(LogLevel::warning, fmt::format("the sequence {}: {}", sequence.name, fmt::join(notes, "; ")));
        if (config.flag("save_mot"))
            write_file(files->claim("mot/" + sequence.name + ".txt"), metrics::mot_text(followed.tracks));
    }
    if (context.progress) context.progress({});
    for (const std::string& line : table.lines()) log(LogLevel::info, line);
    write_scores(*files, config, table);
    log(LogLevel::info, fmt::format("Results saved to {}", files->folder().string()));
    return maker->unread();
}

}  // namespace yolo::modes
