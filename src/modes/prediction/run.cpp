// SPDX-License-Identifier: Apache-2.0
#include "modes/prediction/run.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <yolo/error.hpp>
#include <yolo/opencv.hpp>
#include <yolo/settings.hpp>

#include "core/files.hpp"
#include "core/log.hpp"
#include "core/rim.hpp"
#include "core/threads.hpp"
#include "inference/options.hpp"
#include "inference/pipeline.hpp"
#include "modes/file_suppression.hpp"
#include "modes/prediction/output_names.hpp"
#include "modes/prediction/profile.hpp"
#include "modes/prediction/report.hpp"
#include "modes/prediction/sinks/sink.hpp"
#include "modes/run_folder.hpp"
#include "options/config_effect.hpp"
#include "options/device.hpp"
#include "options/plot_options.hpp"
#include "sources/url.hpp"

namespace yolo::modes {

namespace {

using namespace inference;

bool wants_activations(const Config& config, const PredictOptions& options, const LogSink& log) {
    if (!config.flag("visualize")) return false;
    if (!options.augment && options.embed.empty()) return true;
    log(LogLevel::warning,
        fmt::format("visualize=True has no effect with {}", options.augment ? "augment=True" : "embed="));
    return false;
}

/// Of visualize; null where nobody asks for it.
std::unique_ptr<train::Explainer> explainer_for(const Config& config, const Session& session,
                                                const PredictOptions& options, const LogSink& log) {
    if (!wants_activations(config, options, log)) return nullptr;
    return train::make_explainer(
        session.model().weights_for("visualize"),
        {.conf = options.conf, .classes = options.classes, .threads = compute_threads(options.threads)});
}

/// Those that leave nothing behind.
Sinks screens(const Config& config, const PredictionPlan& plan, const ModelInfo& info, const LogSink& log) {
    Sinks sinks;
    if (!config.get("embed").is_null()) return sinks;
    if (const std::string address = config.text("serve"); !address.empty())
        sinks.push_back(page_sink({.address = address,
                                   .token = config.text("serve_token"),
                                   .mode = to_string(plan.mode),
                                   .model = std::filesystem::path(config.text("model")).filename().string(),
                                   .task = to_string(info.task)},
                                  log));
    if (config.flag("show")) {
        if (auto window = window_sink(log)) sinks.push_back(std::move(window));
    }
    return sinks;
}

/// `files` are there when one of the sinks writes.
Sinks file_sinks(const Config& config, const PredictionPlan& plan, const ModelInfo& info,
                 const PredictOptions& options, std::unique_ptr<train::Explainer> explainer, RunFiles* files,
                 const LogSink& log) {
    Sinks sinks;
    if (explainer)
        sinks.push_back(activation_sink(*files, info, options.imgsz.value(), std::move(explainer)));
    const bool embedding = !config.get("embed").is_null();
    if (config.flag("save_json")) sinks.push_back(json_sink(*files));
    if (embedding) {
        if (sinks.empty()) log(LogLevel::warning, "embed: the vectors are written with save_json=True only");
        return sinks;
    }
    if (config.flag("save_txt")) sinks.push_back(label_sink(*files, config.flag("save_conf")));
    if (plan.mode == Mode::track && config.flag("save_mot")) sinks.push_back(mot_sink(*files));
    if (plan.mode == Mode::track && !config.text("region").empty()) sinks.push_back(count_sink(*files, log));
    if (config.flag("save_crop")) {
        if (info.task == Task::classify) {
            log(LogLevel::warning,
                "save_crop=True has no effect here: classification finds no boxes to cut out");
        } else {
            sinks.push_back(crop_sink(*files));
        }
    }
    if (config.flag("save")) sinks.push_back(picture_sink(*files, config.flag("save_frames")));
    return sinks;
}

bool writes_files(const Config& config, const PredictionPlan& plan) {
    if (config.flag("profile")) return true;
    if (!config.get("embed").is_null()) return config.flag("save_json");
    if (plan.mode == Mode::track && (config.flag("save_mot") || !config.text("region").empty())) return true;
    constexpr std::array keys = {"save", "save_txt", "save_crop", "save_json", "visualize"};
    return std::any_of(keys.begin(), keys.end(), [&](const char* key) { return config.flag(key); });
}

/// Writes one prediction to every sink, drawing it at most once. Returns false when the user closed a window.
bool write(const Prediction& prediction, const std::string& name, const PlotOptions& plot,
           const PredictionPlan& plan, const Sinks& sinks, SinkTimes& times) {
    const auto start = std::chrono::steady_clock::now();
    std::chrono::nanoseconds drawing{};
    Image picture;
    cv::Mat drawn;
    if (plan.note) plan.note(prediction);
    const Output output{prediction, name, [&]() -> const cv::Mat& {
                            if (drawn.empty()) {
                                const auto begin = std::chrono::steady_clock::now();
                                picture = tasks::plot(
                                    prediction.result, plot,
                                    plan.layers ? plan.layers(prediction, plot) : tasks::PlotLayers());
                                drawn = matrix(picture);
                                drawing = std::chrono::steady_clock::now() - begin;
                            }
                            return drawn;
                        }};
    bool go_on = true;
    for (const auto& sink : sinks) {
        sink->write(output);
        go_on = go_on && !sink->stopped();
    }
    times.drawing += drawing;
    times.writing += std::chrono::steady_clock::now() - start - drawing;
    return go_on;
}

/// What the source could not give, for the end; "" when it gave all.
std::string unread_line(const sources::Unread& unread) {
    std::vector<std::string> parts;
    const auto add = [&](int number, const char* one, const char* many) {
        if (number > 0) parts.push_back(fmt::format("{} {}", number, number == 1 ? one : many));
    };
    add(unread.files, "file could not be read and was skipped", "files could not be read and were skipped");
    add(unread.frames, "frame of a video is damaged and was skipped",
        "frames of videos are damaged and were skipped");
    add(unread.parts, "frame could be decoded in part only", "frames could be decoded in part only");
    add(unread.cut, "video is cut off", "videos are cut off");
    return fmt::format("{}", fmt::join(parts, "; "));
}

bool is_cancelled(const CommandContext& context) {
    return context.cancelled && context.cancelled();
}

/// What changes nothing here, since it is for videos and streams.
void say_without_video(const Config& config, const sources::Source& source, const LogSink& log) {
    const std::vector<sources::Planned> planned = source.planned();
    const bool moves = std::ranges::any_of(planned, [](const auto& file) { return file.is_video; });
    if (planned.empty() || moves) return;
    if (was_changed(config, "vid_stride"))
        log(LogLevel::warning, fmt::format("vid_stride={} has no effect on pictures: each is taken",
                                           config.integer("vid_stride")));
}

/// Everything the pipeline delivers, to every sink, until the source ends. False when the user ended it.
bool write_all(Pipeline& pipeline, const Sinks& sinks, PredictReport& report, const Config& config,
               const PlotOptions& plot, const PredictionPlan& plan, const CommandContext& context,
               const LogSink& log) {
    OutputNames names;
    const bool verbose = config.flag("verbose");
    bool go_on = true;
    for (auto batch = pipeline.next(); go_on && !batch.empty(); batch = pipeline.next()) {
        for (const Prediction& prediction : batch) {
            if (verbose) report.print(prediction, log);
            go_on = write(prediction, names.of(prediction.frame.source_index, prediction.frame.stem), plot,
                          plan, sinks, report.sink_times()) &&
                    go_on;
            report.add(prediction);
        }
        if (is_cancelled(context)) break;
    }
    for (const auto& sink : sinks) sink->finish();
    return go_on && !is_cancelled(context);
}

}  // namespace

int run_prediction(const Config& config, const CommandContext& given, const PredictionPlan& plan) {
    // The source warns and asks on its own thread.
    CommandContext context = given;
    context.log = one_at_a_time(given.log ? given.log : [](LogLevel, std::string_view) {});
    context.cancelled = asked_one_at_a_time(given.cancelled);
    const LogSink& log = context.log;
    const Settings settings = load_settings(log);
    const PlotOptions plot = plot_options(config);

    const auto session = std::make_shared<Session>(
        open_model(config.text("model"), settings, {.log = log, .task = named_task(config)}),
        named_engine(config));
    for (const std::string& line : options_without_effect(config, plan.mode, session->info().task)) {
        log(LogLevel::warning, line);
    }
    warn_of_suppression(config, session->model(), plan.mode, log);
    PredictOptions options = predict_options(config);
    options.log = log;
    options = checked_options(std::move(options), *session, named_engine(config), log);
    const std::string engine = named_engine(config);
    const std::shared_ptr<LayerProfiler> profiler =
        config.flag("profile") ? profile_layers(*session, engine_request(options, engine)) : nullptr;
    auto source = sources::open_source(
        config.text("source"),
        {.batch = options.batch,
         .vid_stride = options.vid_stride,
         .stream_buffer = options.stream_buffer,
         .order = plan.mode == Mode::track ? sources::PictureOrder::numbers : sources::PictureOrder::text,
         .log = log,
         .cancelled = context.cancelled});
    say_without_video(config, *source, log);

    // What can be wrong is said before there is a folder.
    session->engine_entry(engine_request(options, engine));
    Stages stages = plan.stages ? plan.stages(*session, options, log) : Stages();
    auto explainer = explainer_for(config, *session, options, log);
    Sinks on_screen = screens(config, plan, session->info(), log);
    const std::unique_ptr<RunFiles> files =
        writes_files(config, plan)
            ? open_run_folder(config, session->info().task, to_string(plan.mode), settings.runs_dir, log)
            : nullptr;
    const bool draws = config.flag("save") && config.get("embed").is_null();
    if (draws) refuse_taken_outputs(*files, source->planned());
    Sinks sinks = file_sinks(config, plan, session->info(), options, std::move(explainer), files.get(), log);
    std::ranges::move(on_screen, std::back_inserter(sinks));

    Pipeline pipeline(session, std::move(source), options, engine, std::move(stages));
    PredictReport report(*session, options, pipeline);
    const bool finished = write_all(pipeline, sinks, report, config, plot, plan, context, log);
    const sources::Unread unread = pipeline.source().unread();
    const bool alone = pipeline.source().count() == 1;  // has been said already
    if (const std::string line = unread_line(unread); !line.empty() && !(alone && unread.files > 0)) {
        log(LogLevel::warning, line);
    }
    if (report.pictures() == 0 && !is_cancelled(context)) {
        throw Error(fmt::format("nothing was {}: '{}' gave no picture", plan.done,
                                sources::without_passwords(config.text("source"))));
    }
    if (!finished) report.print_stopped(log);
    if (config.flag("verbose")) {
        report.print_summary(log);
        if (plan.summary) log(LogLevel::info, plan.summary());
    }
    if (profiler) finish_profile(*profiler, *session, pipeline, config.text("model"), *files, context);
    if (files && !sinks.empty()) {
        log(LogLevel::info, fmt::format("Results saved to {}", files->folder().string()));
        for (const auto& sink : sinks) {
            if (const std::string line = sink->summary(); !line.empty()) log(LogLevel::info, line);
        }
    }
    return unread.files + unread.frames + unread.parts + unread.cut;
}

}  // namespace yolo::modes
