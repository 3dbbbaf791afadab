// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <utility>

#include <fmt/core.h>

#include <yolo/error.hpp>
#include <yolo/settings.hpp>

#include "core/files.hpp"
#include "core/threads.hpp"
#include "inference/options.hpp"
#include "inference/pipeline.hpp"
#include "inference/tracking_stage.hpp"
#include "modes/run_folder.hpp"
#include "modes/tracking/given_detections.hpp"
#include "modes/tracking/mot_rows.hpp"
#include "modes/tracking/other_forms.hpp"
#include "modes/tracking/score_table.hpp"
#include "modes/tracking/sequences.hpp"
#include "options/device.hpp"

namespace yolo::modes {

namespace {

using namespace inference;
using Rows = std::vector<metrics::MotRow>;
using metrics::MotSequence;

/// Where the tracks of a sequence come from.
class TrackMaker {
  public:
    virtual ~TrackMaker() = default;
    virtual Task task() const { return Task::detect; }
    virtual Rows tracks(const MotSequence& sequence) = 0;
    virtual int unread() const { return 0; }  ///< pictures
};

class OnDetections final : public TrackMaker {
  public:
    OnDetections(const Config& config, const CommandContext& context)
        : options_(tracker_without_pictures(config.text("tracker"), context.log)),
          conf_(config.number("conf")),
          cancelled_(context.cancelled) {}

    Rows tracks(const MotSequence& sequence) override {
        if (sequence.detections.empty()) {
            throw Error(
                fmt::format("the sequence {} has no det/det.txt to track: give a model= for its pictures",
                            sequence.name));
        }
        return track_given(metrics::read_mot(sequence.detections), options_,
                           {.frame_rate = sequence.frame_rate, .length = sequence.length, .conf = conf_},
                           cancelled_);
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

    Rows tracks(const MotSequence& sequence) override {
        if (sequence.pictures.empty())
            throw Error(
                fmt::format("the sequence {} has no pictures (img1/): leave model= out to track its "
                            "det/det.txt",
                            sequence.name));
        Stages stages;
        stages.push_back(tracking_stage(std::make_shared<StreamTrackers>(tracker_, false), aids_));
        Pipeline pipeline(session_, pictures_of(sequence), options_, engine_, std::move(stages));
        Rows rows;
        for (auto batch = pipeline.next(); !batch.empty(); batch = pipeline.next()) {
            say_engine(pipeline);
            for (const Prediction& prediction : batch) {
                const Rows more = mot_rows(prediction.result, mot_frame(prediction.frame));
                rows.insert(rows.end(), more.begin(), more.end());
            }
            if (context_.cancelled && context_.cancelled())
                throw Cancelled(fmt::format("tracking was ended in the sequence {}", sequence.name));
        }
        unread_ += pipeline.source().unread().files;
        return rows;
    }

  private:
    /// Once: the one that runs, since another one would have to be made.
    void say_engine(const Pipeline& pipeline) {
        if (std::exchange(engine_said_, true)) return;
        const Shape input = pipeline.last_input();
        print_engine(session_->engine(pipeline.request())
                         .report(static_cast<int>(input.at(2)), static_cast<int>(input.at(3))),
                     compute_threads(options_.threads), options_.half, context_.log);
    }

    std::unique_ptr<sources::Source> pictures_of(const MotSequence& sequence) const {
        return sources::open_source(
            sequence.pictures.string(),
            {.batch = options_.batch, .log = context_.log, .cancelled = context_.cancelled});
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
    if (config.flag("save_mot")) files->refuse_foreign_folder("mot");
    ScoreTable table;
    for (const MotSequence& sequence : sequences) {
        if (context.progress) context.progress(sequence.name);
        const Rows truth = metrics::read_mot(sequence.ground_truth, metrics::MotIds::needed);
        const Rows tracks = maker->tracks(sequence);
        table.add(sequence.name, metrics::score_tracks(truth, tracks));
        if (config.flag("save_mot"))
            write_file(files->claim("mot/" + sequence.name + ".txt"), metrics::mot_text(tracks));
    }
    if (context.progress) context.progress({});
    for (const std::string& line : table.lines()) log(LogLevel::info, line);
    write_scores(*files, config, table);
    log(LogLevel::info, fmt::format("Results saved to {}", files->folder().string()));
    return maker->unread();
}

}  // namespace yolo::modes
