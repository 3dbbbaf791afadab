// SPDX-License-Identifier: Apache-2.0
#include "modes/benchmarking/training.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/log.hpp"
#include "core/memory.hpp"
#include "data/shapes/shapes.hpp"
#include "inference/session.hpp"
#include "modes/training/setup.hpp"
#include "modes/training/start_model.hpp"

namespace yolo::modes {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_between(Clock::time_point begin, Clock::time_point end) {
    return std::chrono::duration<double>(end - begin).count();
}

/// What a training would have been given: the keys of a benchmark that train knows too, but for those that
/// name its results.
Config training_config(const Config& given, const TrainingMeasure& what,
                       const std::filesystem::path& folder) {
    constexpr std::array own = {"mode",     "resume", "save_dir", "project", "name",
                                "exist_ok", "save",   "cache",    "amp",     "verbose"};
    Config config;
    config.set_mode(Mode::train);
    for (const OptionSpec& option : option_table()) {
        const bool is_own = std::ranges::find(own, option.name) != own.end();
        if (given.given(option.name) && (option.used_by() & bit(Mode::train)) != 0 && !is_own)
            config.set(option.name, given.get(option.name));
    }
    config.set("amp", std::string(to_string(what.precision)));
    config.set("save_dir", (folder / "run").string());
    config.set("plots", false);
    return config;
}

int side_of(const Config& config, Task task) {
    if (!config.given("imgsz")) return task == Task::classify ? 224 : 640;
    const std::vector<int> sides = config.integers("imgsz");
    return sides.empty() ? 640 : *std::ranges::max_element(sides);
}

/// Two batches of drawn pictures, and their validation split.
void draw_data(Config& config, const std::filesystem::path& folder, const CommandContext& context) {
    const std::string model = training_model_name(config, context.log);
    const Task task =
        inference::open_checkpoint(model, "train", load_settings(context.log), context.log).info.task;
    constexpr int fewest = 20, without_batch = 16;
    const double asked = config.number("batch");
    const int batch = asked >= 1 ? static_cast<int>(asked) : without_batch;
    const std::filesystem::path shapes = folder / "shapes";
    if (context.progress) context.progress("Drawing pictures to train on");
    data::write_shapes(shapes, {.task = task,
                                .pictures = std::max(fewest, batch * 5 / 2),
                                .size = side_of(config, task),
                                .seed = 0,
                                .log = {},
                                .cancelled = context.cancelled});
    config.set("data", (task == Task::classify ? shapes : shapes / "shapes.yaml").string());
}

/// The trainer at work, batch after batch through as many epochs as it takes.
class Steps {
  public:
    Steps(TrainSetup& setup, int most_steps, const LogSink& log)
        : loader_(data::make_loader(setup.train_set, train_loader_options(setup, log))),
          plan_(learning_plan(setup, loader_->batches(), log)),
          learner_(train::make_learner(setup.model, plan_.learner)),
          // As it is when the warm-up of the rates is over, but a move of the optimiser is seen in any case.
          accumulate_(std::min(plan_.schedule.accumulate(std::numeric_limits<int>::max()), most_steps)) {
        loader_->start(0);
    }

    /// Throws Error when no picture can be read.
    void one() {
        const auto begin = Clock::now();
        std::shared_ptr<const data::Batch> batch = loader_->next();
        if (!batch) {
            loader_->start(++epoch_);
            batch = loader_->next();
        }
        const auto loaded = Clock::now();
        learner_->accumulate(*batch);
        if (++done_ % accumulate_ == 0) {
            learner_->step(plan_.schedule.rates(learner_->groups(), done_));
            ++moves;
        }
        const auto end = Clock::now();
        loader_seconds += seconds_between(begin, loaded);
        step_seconds.push_back(seconds_between(begin, end));
        pictures += batch->size();
    }

    /// What was done before does not count.
    void begin() {
        loader_seconds = 0;
        step_seconds.clear();
        pictures = moves = 0;
        parts = {};
        learner_->take_times(&parts);
    }

    train::Learner& learner() const { return *learner_; }
    const train::OptimizerChoice& optimizer() const { return plan_.optimizer; }
    const train::LearnerOptions& options() const { return plan_.learner; }
    int accumulate() const { return accumulate_; }

    double loader_seconds = 0;
    std::vector<double> step_seconds;
    int pictures = 0;
    int moves = 0;  ///< of the optimiser
    train::StepTimes parts;

  private:
    std::unique_ptr<data::Loader> loader_;
    LearningPlan plan_;
    std::unique_ptr<train::Learner> learner_;
    int accumulate_;
    int epoch_ = 0;
    std::int64_t done_ = 0;
};

double total_of(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum;
}

/// The value below which `share` of them lie, by the nearest rank.
double quantile(std::vector<double> values, double share) {
    std::ranges::sort(values);
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    return values[std::max<std::size_t>(rank, 1) - 1];
}

TrainingShares shares_of(const Steps& steps, double seconds) {
    const train::StepTimes& parts = steps.parts;
    const double known = steps.loader_seconds + parts.forward + parts.losses + parts.backward +
                         parts.optimizer + parts.average;
    return {.loader = steps.loader_seconds / seconds,
            .forward = parts.forward / seconds,
            .losses = parts.losses / seconds,
            .backward = parts.backward / seconds,
            .optimizer = parts.optimizer / seconds,
            .average = parts.average / seconds,
            .other = std::max(seconds - known, 0.0) / seconds};
}

void refuse_cancelled(const CommandContext& context) {
    if (context.cancelled && context.cancelled()) throw Cancelled("the measuring of training was ended");
}

void measure_steps(Steps& steps, const CommandContext& context, const TrainingMeasure& what) {
    const auto show = [&](const std::string& where) {
        refuse_cancelled(context);
        if (context.progress)
            context.progress(
                fmt::format("Training in {}: {}", to_string(steps.learner().precision()), where));
    };
    for (int i = 0; i < what.warm_up; ++i) {
        show(fmt::format("warm-up {}/{}", i + 1, what.warm_up));
        steps.one();
    }
    steps.begin();
    const auto begin = Clock::now();
    do {
        show(fmt::format("step {}/{}", steps.step_seconds.size() + 1, what.steps));
        steps.one();
    } while (steps.moves == 0 || (std::ssize(steps.step_seconds) < what.steps &&
                                  seconds_between(begin, Clock::now()) < what.seconds));
    refuse_cancelled(context);
    if (context.progress) context.progress({});
}

TrainingFigures figures_of(const Steps& steps, const TrainSetup& setup) {
    const double seconds = total_of(steps.step_seconds);
    const train::LearnerOptions& options = steps.options();
    TrainingFigures figures;
    figures.task = setup.spec.task;
    figures.pictures = static_cast<int>(setup.train_set->size());
    figures.batch = std::min(setup.batch, figures.pictures);
    figures.imgsz = setup.imgsz;
    figures.accumulate = steps.accumulate();
    figures.optimizer = steps.optimizer().name;
    figures.precision = to_string(steps.learner().precision());
    figures.device = options.device;
    figures.description = steps.learner().description();
    figures.threads = options.threads;
    figures.steps = static_cast<int>(steps.step_seconds.size());
    figures.seconds = seconds;
    figures.images_per_second = steps.pictures / seconds;
    figures.median_ms = 1e3 * quantile(steps.step_seconds, 0.5);
    figures.p95_ms = 1e3 * quantile(steps.step_seconds, 0.95);
    figures.shares = shares_of(steps, seconds);
    figures.peak_memory = static_cast<double>(peak_memory());
    if (options.device != "cpu") figures.device_memory = steps.learner().memory().held;
    return figures;
}

}  // namespace

TrainingFigures measure_training(const Config& config, const CommandContext& given,
                                 const TrainingMeasure& what) {
    CommandContext context = given;
    context.log = one_at_a_time(given.log ? given.log : [](LogLevel, std::string_view) {});
    const FolderInWork folder((what.folder.empty() ? std::filesystem::temp_directory_path() : what.folder) /
                              "yolo_benchmark_train");
    Config training = training_config(config, what, folder.path());
    const bool draws = training.text("data").empty();
    if (draws) draw_data(training, folder.path(), context);
    TrainSetup setup = set_up_training(training, context, false);
    peak_memory_restarted();
    Steps steps(setup, std::max(what.steps, 1), context.log);
    measure_steps(steps, context, what);
    TrainingFigures figures = figures_of(steps, setup);
    figures.model = setup.config.text("model");
    figures.data = draws ? "drawn shapes" : training.text("data");
    figures.workers = train_loader_options(setup, context.log).workers;
    return figures;
}

}  // namespace yolo::modes
