// SPDX-License-Identifier: Apache-2.0
#include "modes/training/run.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "checkpoint/pt_file.hpp"
#include "core/files.hpp"
#include "evaluation/coco.hpp"
#include "evaluation/report.hpp"
#include "modes/run_folder.hpp"
#include "modes/training/checkpoints.hpp"
#include "modes/training/figures.hpp"
#include "modes/training/options.hpp"
#include "modes/training/resume.hpp"
#include "options/config_json.hpp"
#include "options/plot_options.hpp"
#include "plots/results.hpp"

namespace yolo::modes {

namespace {

constexpr int most_failures = 3;  // in a row, before the training is given up

bool is_finite(const graph::Weights& weights) {
    return std::ranges::all_of(weights, [](const auto& entry) {
        const Tensor& tensor = entry.second;
        return tensor.dtype() != DType::f32 ||
               std::ranges::all_of(tensor.template values<float>(), [](float x) { return std::isfinite(x); });
    });
}

/// The options, with a path to the data set that is right from every folder.
Json lasting_options(const Config& config) {
    Json options = config_json(config);
    std::error_code absent;
    const std::filesystem::path data = config.text("data");
    if (std::filesystem::exists(data, absent)) options["data"] = std::filesystem::absolute(data).string();
    return options;
}

/// As the field's tools do: save_json of detect also asks for mAP by the objects' size.
bool measures_sizes(const TrainSetup& setup) {
    return setup.spec.task == Task::detect && setup.config.flag("save_json");
}

}  // namespace

TrainingRun::TrainingRun(TrainSetup setup, const CommandContext& context)
    : setup_(std::move(setup)),
      context_(context),
      log_(context_.log),
      loader_(data::make_loader(setup_.train_set, train_loader_options(setup_, log_))),
      schedule_({}),
      stopping_(static_cast<int>(setup_.config.integer("patience"))),
      report_(context_, train::loss_names(setup_.spec.task)),
      start_(Clock::now()) {
    LearningPlan plan = learning_plan(setup_, loader_->batches(), log_);
    schedule_ = plan.schedule;
    chosen_ = plan.optimizer;
    learner_ = train::make_learner(setup_.model, plan.learner);
    if (plan.learner.device != "cpu") report_.set_memory([this] { return learner_->memory().held; });
    validator_ = std::make_unique<evaluation::Validator>(setup_.model.info, setup_.val_set,
                                                         training_validation(setup_, log_));
    open_folder();
    if (setup_.state) {
        resume();
    } else {
        choose_precision();
    }
    log_(LogLevel::info, fmt::format("{}, {}", setup_.model.info.description, learner_->description()));
    log_(LogLevel::info, fmt::format("Image sizes {0} train, {0} val", setup_.imgsz));
    log_(LogLevel::info, fmt::format("Logging results to {}", setup_.files->folder().string()));
    if (!finished())
        log_(LogLevel::info, fmt::format("Starting training for {} epochs...", schedule_.epochs()));
}

TrainingRun::~TrainingRun() = default;

std::filesystem::path TrainingRun::weights(const std::string& name) const {
    return setup_.files->folder() / "weights" / name;
}

void TrainingRun::open_folder() {
    RunFiles& files = *setup_.files;
    files.claim("weights/last.pt");
    files.claim("weights/best.pt");
    files.remove_unfinished("weights");
    setup_.config.set("save_dir", files.folder().string());
    write_file(files.claim("args.yaml"), config_yaml(setup_.config));
    if (!setup_.state) files.remove_own("results.csv");
    if (setup_.settings.tensorboard) events_ = std::make_unique<plots::EventFile>(files);
    if (setup_.config.flag("plots") && setup_.spec.task != Task::classify)
        draw_labels(*setup_.train_set, setup_.model.info, files);
}

/// Once in a training: resuming goes on in what was chosen, so that it stays exact.
void TrainingRun::choose_precision() {
    if (setup_.precision) return learner_->set_precision(*setup_.precision);
    if (learner_->precision() == Precision::fp32) return;
    loader_->start(0);
    if (const std::shared_ptr<const data::Batch> batch = loader_->next())
        modes::choose_precision(*learner_, *batch, amp_is_free(setup_.config), log_);
}

/// Once: a time budget that then allows more epochs does not open it again.
void TrainingRun::close_mosaic_in_time() {
    const auto closing = static_cast<int>(setup_.config.integer("close_mosaic"));
    if (closing <= 0 || mosaic_closed_at_ >= 0 || epoch_ < schedule_.epochs() - closing) return;
    mosaic_closed_at_ = epoch_;
    if (setup_.spec.task != Task::classify) log_(LogLevel::info, "Closing dataloader mosaic");
}

double TrainingRun::elapsed() const {
    return seconds_before_ + seconds_since(start_);
}

bool TrainingRun::out_of_time() const {
    const Value& hours = setup_.config.get("time");
    constexpr double seconds_per_hour = 3600;
    return !hours.is_null() && seconds_since(start_) > setup_.config.number("time") * seconds_per_hour;
}

/// The batch's own shape with its long side at `size`, in whole strides (multi_scale).
Size TrainingRun::scaled_size(const data::Batch& batch, int size) const {
    const double factor = static_cast<double>(size) / std::max(batch.height(), batch.width());
    const auto side = [&](int pixels) {
        return static_cast<int>(std::ceil(pixels * factor / setup_.stride)) * setup_.stride;
    };
    return {side(batch.height()), side(batch.width())};
}

EpochEnd TrainingRun::train_epoch() {
    const EpochEnd end = train_batches();
    report_.end_epoch();
    for (const std::string& line : loader_->take_warnings()) log_(LogLevel::warning, line);
    return end;
}

EpochEnd TrainingRun::train_batches() {
    const int batches = loader_->batches();
    close_mosaic_in_time();
    loader_->start(epoch_, batches_done_, mosaic_closed_at_ >= 0);
    report_.begin_epoch(epoch_, schedule_.epochs(), batches, batches_done_);
    if (batches_done_ == 0) losses_.clear();

    auto waiting = Clock::now();
    while (const std::shared_ptr<const data::Batch> batch = loader_->next()) {
        report_.seconds_waiting += seconds_since(waiting);
        const std::int64_t ni = static_cast<std::int64_t>(epoch_) * batches + batch->number;
        const int size = drawn_size(setup_, static_cast<std::uint64_t>(ni));
        const Size input =
            size == setup_.imgsz ? Size{batch->height(), batch->width()} : scaled_size(*batch, size);
        rates_ = schedule_.rates(learner_->groups(), ni);

        const train::Losses losses = learner_->accumulate(*batch, size == setup_.imgsz ? Size{} : input);
        losses_.add(losses.items);
        last_total_ = losses.total;
        const bool step = ni - last_step_ >= schedule_.accumulate(ni);
        if (step) {
            learner_->step(rates_);
            last_step_ = ni;
        }
        batches_done_ = batch->number + 1;

        report_.batch_done(losses_, static_cast<int>(batch->objects()), input.width, batch->size());
        draw_train_batch(*batch);
        if (context_.cancelled && context_.cancelled()) return EpochEnd::cancelled;
        if (step && out_of_time()) return EpochEnd::out_of_time;
        waiting = Clock::now();
    }
    return EpochEnd::complete;
}

void TrainingRun::draw_train_batch(const data::Batch& batch) {
    if (!setup_.config.flag("plots")) return;
    constexpr int pictures = 3;
    const bool first = epoch_ * loader_->batches() + batch.number < pictures;
    const bool closed = epoch_ == mosaic_closed_at_ && batch.number < pictures;
    if (!first && !closed) return;
    const std::string name = fmt::format("train_batch{}.jpg", epoch_ * loader_->batches() + batch.number);
    modes::draw_train_batch(batch, *setup_.train_set, setup_.model.info, setup_.config.flag("overlap_mask"),
                            plot_options(setup_.config), setup_.files->claim_beside(name));
}

bool TrainingRun::validate_epoch(EpochEnd end) {
    const bool last = end == EpochEnd::out_of_time || epoch_ + 1 >= schedule_.epochs();
    const bool wanted = setup_.config.flag("val") || last || stopping_.may_stop_next();
    fitness_.reset();
    validation_ = {};
    if (wanted) {
        const auto network = [this](const data::Batch& batch, int, int) {
            train::Evaluation evaluation = learner_->evaluate(batch);
            return inference::NetworkOutput{std::move(evaluation.outputs),
                                            std::move(evaluation.losses.items)};
        };
        const evaluation::ValidatorHooks hooks = {
            .prepare = {}, .seen = {}, .progress = {}, .cancelled = context_.cancelled};
        validation_ = measures_sizes(setup_) ? evaluation::run_with_sizes(*validator_, network, hooks)
                                             : validator_->run(network, hooks);
        if (validation_.cancelled) return false;
        for (const std::string& line : validation_.warnings) {
            log_(LogLevel::warning, line);
            told_.insert(line);
        }
        fitness_ = validation_.fitness;
        log_(LogLevel::info, evaluation::val_header(setup_.spec.task));
        evaluation::print_val_rows(validation_, setup_.spec.task, false, log_);
    }
    if (end == EpochEnd::out_of_time) stop_ = true;
    return wanted;
}

bool TrainingRun::epoch_is_sound() const {
    return std::isfinite(last_total_) && (!fitness_ || std::isfinite(*fitness_));
}

void TrainingRun::recover() {
    if (epoch_ == 0) {  // nothing has been learned that could be lost
        log_(LogLevel::warning, "the loss is not a number in the first epoch: a smaller lr0 may help");
        record_epoch(fitness_.has_value());
        return;
    }
    if (++failures_ > most_failures)
        throw Error(
            fmt::format("training fails: the loss was not a number in {} passes through epoch {} in a row; "
                        "try a smaller lr0, or amp=False",
                        failures_, epoch_ + 1));
    const std::filesystem::path last = weights("last.pt");
    if (!written_.contains("last.pt"))
        throw Error("training fails: the loss is not a number and there is no last.pt to go back to");
    log_(LogLevel::warning,
         fmt::format("the loss is not a number: back to {}, epoch {} once more (try {} of {})", last.string(),
                     epoch_ + 1, failures_, most_failures));
    checkpoint::ResumePoint point = checkpoint::read_training_state(last, log_);
    if (!is_finite(point.state.ema))
        throw Error(
            fmt::format("training fails: {} holds numbers that are not finite; start anew with a smaller "
                        "lr0, or amp=False",
                        last.string()));
    point.state.model.clear();  // from the moving average: the weights themselves went astray
    restore(point.state);
    stop_ = false;
}

train::ResultsCsv::Row TrainingRun::validation_columns() const {
    train::ResultsCsv::Row row;
    for (const std::string& key : train::metric_columns(setup_.spec.task, measures_sizes(setup_)))
        row.emplace_back(key, validation_.metric(key));
    const std::vector<std::string> names = train::loss_names(setup_.spec.task);
    for (std::size_t i = 0; i < names.size(); ++i)
        row.emplace_back("val/" + names[i], i < validation_.losses.size() ? validation_.losses[i] : 0);
    return row;
}

void TrainingRun::record_epoch(bool validated) {
    train::ResultsCsv::Row row = {{"epoch", epoch_ + 1}, {"time", elapsed()}};
    const std::vector<std::string> names = train::loss_names(setup_.spec.task);
    const std::vector<double> mean = losses_.mean();
    for (std::size_t i = 0; i < names.size(); ++i)
        row.emplace_back("train/" + names[i], i < mean.size() ? mean[i] : 0);
    for (const auto& column : validation_columns()) row.push_back(column);
    for (std::size_t i = 0; i < rates_.size(); ++i) row.emplace_back(fmt::format("lr/pg{}", i), rates_[i].lr);
    csv_.add(row);

    if (validated && fitness_ && (!best_fitness_ || *fitness_ > *best_fitness_)) best_fitness_ = fitness_;
    const bool early = stopping_.update(epoch_ + 1, fitness_);
    if (early) {
        log_(LogLevel::info,
             fmt::format("EarlyStopping: no progress in the last {} epochs; the best was epoch {}. "
                         "patience=N waits longer, patience=0 never stops",
                         setup_.config.integer("patience"), stopping_.best_epoch()));
    }
    // Before a time budget counts anew: what was the last epoch when it began is the last one.
    stop_ = stop_ || early || epoch_ + 1 >= schedule_.epochs() || out_of_time();
    failures_ = 0;
    ++epoch_;
    ++session_epochs_;
    batches_done_ = 0;
    if (!setup_.config.get("time").is_null() && !stop_)
        schedule_.set_epochs(
            train::epochs_within(setup_.config.number("time"), seconds_since(start_), session_epochs_) +
            epoch_ - session_epochs_);
    save_checkpoints();  // first of all: a disk that fills up now costs figures, not the training
    csv_.write(setup_.files->claim("results.csv"));
    if (events_) events_->add(epoch_, std::span(row).subspan(1));
}

void TrainingRun::save_checkpoints() {
    const bool last = finished();
    if (!setup_.config.flag("save") && !last) return;
    save(weights("last.pt"));
    written_.insert("last.pt");
    name_checkpoint(is_best());
}

/// Without validation every epoch is the best so far.
bool TrainingRun::is_best() const {
    return fitness_ == best_fitness_;
}

/// The other names of last.pt at the end of an epoch.
void TrainingRun::name_checkpoint(bool is_best) {
    const bool save = setup_.config.flag("save");
    if (is_best && (save || setup_.config.flag("val"))) {
        link_or_copy(weights("last.pt"), weights("best.pt"));
        written_.insert("best.pt");
    }
    const auto period = static_cast<int>(setup_.config.integer("save_period"));
    if (save && period > 0 && (epoch_ - 1) % period == 0)
        link_or_copy(weights("last.pt"), setup_.files->claim(fmt::format("weights/epoch{}.pt", epoch_ - 1)));
}

Json TrainingRun::progress() const {
    const bool between_epochs = batches_done_ == 0;
    return {{"epoch", epoch_},
            {"is_complete", between_epochs && finished()},
            {"is_best", between_epochs && is_best()},
            {"batches_done", batches_done_},
            {"batches", loader_->batches()},
            {"last_step", last_step_},
            {"mosaic_closed_at", mosaic_closed_at_},
            {"epochs", schedule_.epochs()},
            {"optimizer", to_json(chosen_)},
            {"loss_sums", losses_.sums},
            {"loss_count", losses_.count},
            {"last_total", last_total_},
            {"best_fitness", best_fitness_ ? Json(*best_fitness_) : Json()},
            {"stopping", stopping_.state()},
            {"seconds", elapsed()},
            {"precision", to_string(learner_->precision())},
            {"options", lasting_options(setup_.config)},
            {"rows", csv_.columns_json()}};
}

/// The options with what "auto" chose, and only those that the Python package has, too.
Json TrainingRun::resolved_args() const {
    Json args = lasting_options(setup_.config);
    for (const OptionSpec& option : option_table()) {
        if (is_own_option(option.name)) args.erase(std::string(option.name));
    }
    args["optimizer"] = chosen_.name;
    args["lr0"] = chosen_.learning_rate;
    args["warmup_bias_lr"] = chosen_.warmup_bias_lr;
    args["batch"] = setup_.batch;
    args["imgsz"] = setup_.imgsz;
    return args;
}

void TrainingRun::save(const std::filesystem::path& path) const {
    checkpoint::TrainingState state = learner_->state();
    state.progress = progress();
    checkpoint::Checkpoint model;  // without start weights: the file holds those of the state
    model.info = setup_.model.info;
    model.graph = setup_.model.graph;
    model.spec = setup_.model.spec;
    model.metadata = {
        {"epoch", epoch_ - 1},
        {"best_fitness", best_fitness_ ? Json(*best_fitness_) : Json()},
        {"stopper", {{"best_fitness", stopping_.best_fitness()}, {"best_epoch", stopping_.best_epoch()}}},
        {"train_args", resolved_args()},
        {"train_metrics", train::train_metrics(validation_columns(), validation_.fitness)},
        {"train_results", csv_.columns_json()}};
    if (setup_.spec.task == Task::pose) add_keypoint_facts(setup_.spec, model.metadata);
    checkpoint::save_pt(path, model, &state);
}

/// Epoch and batch. Where the batch's or the data set's size is another now, an epoch has other batches than
/// the file counts: the place in it is the same share of the pictures, and as many batches wait for a step.
void TrainingRun::restore_place(const Json& at) {
    epoch_ = at.at("epoch").get<int>();
    mosaic_closed_at_ = setup_.config.integer("close_mosaic") > 0 ? at.value("mosaic_closed_at", -1) : -1;
    const std::int64_t batches = loader_->batches(), batches_then = at.value("batches", batches);
    const auto done_then = at.at("batches_done").get<std::int64_t>();
    batches_done_ = static_cast<int>(done_then * batches / batches_then);
    const std::int64_t next = epoch_ * batches + batches_done_, next_then = epoch_ * batches_then + done_then;
    const bool counted = at.at("last_step").is_number();
    const std::int64_t since = counted ? next_then - at["last_step"].get<std::int64_t>() : 1;
    last_step_ = next - std::max<std::int64_t>(since, 1);
    rates_.clear();
    if (batches_done_ > 0) rates_ = schedule_.rates(learner_->groups(), next - 1);
}

void TrainingRun::restore(const checkpoint::TrainingState& state) {
    learner_->restore(state);
    const Json& at = state.progress;
    if (at.at("epochs").is_number()) schedule_.set_epochs(at.at("epochs").get<int>());
    restore_place(at);
    last_total_ = at.contains("last_total") && at["last_total"].is_null() ? std::nan("") : 0;
    losses_.sums = at.at("loss_sums").get<std::vector<double>>();
    losses_.count = at.at("loss_count").get<int>();
    best_fitness_.reset();
    if (at.at("best_fitness").is_number()) best_fitness_ = at.at("best_fitness").get<double>();
    if (!at.at("stopping").empty()) stopping_.restore(at.at("stopping"));
    if (session_epochs_ == 0) seconds_before_ = at.at("seconds").get<double>();
    restore_precision(at);
    csv_ = train::ResultsCsv::from_json(at.at("rows"));
}

/// As it was, or, on a device that does not compute in it, as that one does.
void TrainingRun::restore_precision(const Json& at) {
    if (!at.at("precision").is_string()) return choose_precision();  // another program's file
    const auto then = parse_precision(at.at("precision").get<std::string>());
    const Precision now = learner_->precision();
    if (then == Precision::fp32) return learner_->set_precision(then);
    if (then != now)
        log_(LogLevel::warning, fmt::format("the training began in {}, on this device it goes on in {}",
                                            to_string(then), to_string(now)));
}

void TrainingRun::resume() {
    const checkpoint::TrainingState state = std::move(*setup_.state);
    setup_.state.reset();
    restore(state);
    stop_ = state.progress.value("is_complete", false);
    if (!stop_ && epoch_ >= schedule_.epochs())
        throw Error(nothing_to_resume(setup_.config.text("resume"), fmt::format("{}", schedule_.epochs())));
    std::error_code absent;
    for (const char* name : {"last.pt", "best.pt"}) {
        if (std::filesystem::exists(weights(name), absent)) written_.insert(name);
    }
    // The training may have ended before last.pt got its other names.
    const bool goes_on_in_place =
        std::filesystem::equivalent(setup_.config.text("resume"), weights("last.pt"), absent);
    if (goes_on_in_place && batches_done_ == 0 && setup_.config.flag("save"))
        name_checkpoint(state.progress.value("is_best", false));
    if (stop_) {
        log_(LogLevel::info, "All epochs are there: finishing the training's files");
    } else {
        log_(LogLevel::info,
             fmt::format("Resuming training from epoch {}, batch {}", epoch_ + 1, batches_done_ + 1));
    }
}

/// What was said of the validation's pictures after an epoch holds for the validation of the best model, too.
CommandContext TrainingRun::saying_nothing_twice() const {
    CommandContext context = context_;
    context.log = [this](LogLevel level, std::string_view text) {
        if (level != LogLevel::warning || !told_.contains(std::string(text))) log_(level, text);
    };
    return context;
}

void TrainingRun::interrupt() {
    const bool kept = !std::isfinite(last_total_) && written_.contains("last.pt");
    if (!kept) save(weights("last.pt"));  // else the earlier one is worth more than weights gone astray
    log_(LogLevel::warning,
         fmt::format("interrupted in epoch {}: go on with  yolo train resume=True model={}", epoch_ + 1,
                     shell_word(weights("last.pt"))));
}

void TrainingRun::finish() {
    constexpr double seconds_per_hour = 3600;
    log_(LogLevel::info,
         fmt::format("\n{} epochs completed in {:.3f} hours.", epoch_, elapsed() / seconds_per_hour));
    const bool has_best = written_.contains("best.pt");
    // last.pt at the end: as long as it has its state, a training that is ended here can be finished.
    if (has_best) finish_checkpoint(weights("best.pt"), {{"train_results", csv_.columns_json()}}, log_);
    if (written_.contains("last.pt")) finish_checkpoint(weights("last.pt"), Json::object(), log_);
    const bool draws = setup_.config.flag("plots");
    if (draws) plots::draw_results(*setup_.files);
    if (has_best) validate_best(setup_, saying_nothing_twice());
    if (!has_best || !draws)  // else the validation has said it
        log_(LogLevel::info, fmt::format("Results saved to {}", setup_.files->folder().string()));
    if (context_.cancelled && context_.cancelled())
        log_(LogLevel::warning, fmt::format("the training itself is complete: its models are in {}",
                                            (setup_.files->folder() / "weights").string()));
}

}  // namespace yolo::modes
