// SPDX-License-Identifier: Apache-2.0
#include "modes/benchmarking/row_job.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <string>

#include <fmt/core.h>
#include <unistd.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>
#include <yolo/model.hpp>
#include <yolo/settings.hpp>

#include "core/child_process.hpp"
#include "core/memory.hpp"
#include "data/dataset.hpp"
#include "inference/opened_model.hpp"
#include "inference/options.hpp"
#include "modes/benchmarking/measure.hpp"
#include "modes/benchmarking/training.hpp"
#include "modes/loading_options.hpp"
#include "modes/validation/options.hpp"
#include "options/config_json.hpp"

namespace yolo::modes {

namespace {

/// Lines that an answer keeps.
class Notes {
  public:
    LogSink sink() {
        return [this](LogLevel level, std::string_view text) {
            if (level != LogLevel::info) lines_.push_back(std::string(text));
        };
    }
    const Json& lines() const { return lines_; }

  private:
    Json lines_ = Json::array();
};

Json exported(const Json& request) {
    Notes notes;
    const Config config = config_of(request.at("options"), Mode::export_model);
    const std::vector<ExportedModel> files = run_export(config, {.log = notes.sink(), .cancelled = {}});
    const ExportedModel& file = files.at(0);
    Json answer = {{"path", file.path.string()},
                   {"bytes", file.bytes},
                   {"seconds", file.seconds},
                   {"not_checked", file.not_checked},
                   {"notes", notes.lines()}};
    if (file.check) answer["largest_error"] = file.check->largest_error;
    return answer;
}

Json metrics_of(const Json& options, const LogSink& log) {
    Config config = config_of(options, Mode::val);
    if (!config.given("rect")) config.set("rect", false);
    config.set("plots", false);
    config.set("verbose", false);
    const ValFigures figures = run_val(config, {.log = log, .cancelled = {}});
    Json metrics = Json::object();
    for (const auto& [name, value] : figures.metrics) metrics[name] = value;
    return metrics;
}

Json measured(const Json& request, const engines::EngineTable& engines) {
    Notes notes;
    const Config config = config_of(request.at("options"), Mode::predict);
    Json answer = measure_file(config, request.at("picture").get<std::string>(), engines, notes.sink());
    if (request.contains("judge")) answer["metrics"] = metrics_of(request["judge"], notes.sink());
    answer["peak_memory"] = peak_memory();
    answer["notes"] = notes.lines();
    return answer;
}

/// A label file's text; of classify the number of the class.
std::string label_text(const Result& result) {
    if (result.task == Task::classify) {
        const auto best = std::max_element(result.probs.begin(), result.probs.end());
        return std::to_string(best - result.probs.begin());
    }
    std::string text;
    for (const std::string& line : result.label_lines()) (text += line) += '\n';
    return text;
}

/// The results of pictures above a confidence.
std::vector<Result> found(Model& model, const Json& pictures, std::optional<Size> imgsz, float conf) {
    std::vector<Result> results;
    for (const Json& picture : pictures) {
        Predictions one =
            model.predict(picture.get<std::string>(), {.conf = conf, .imgsz = imgsz, .rect = false});
        results.push_back(std::move(*one.begin()));
    }
    return results;
}

/// What the model finds with the engine cpu, above one confidence for all pictures, so that nothing that is
/// no label stands above one that is; where it is sure of nothing, above half of its best.
Json labelled(const Json& request) {
    constexpr float sure = 0.25F, faint = 0.001F;
    const Config config = config_of(request.at("options"), Mode::predict);
    const std::optional<Size> imgsz = inference::parse_imgsz(config.get("imgsz"));
    Model model(config.text("model"));
    const ModelInfo& info = model.info();
    const Json& pictures = request.at("pictures");
    std::vector<Result> results = found(model, pictures, imgsz, sure);
    const auto empty = [](const Result& result) { return result.boxes.empty() && result.obb.empty(); };
    if (info.task != Task::classify && std::all_of(results.begin(), results.end(), empty)) {
        float best = 0;
        for (const Result& result : found(model, pictures, imgsz, faint)) {
            for (const Box& box : result.boxes) best = std::max(best, box.confidence);
            for (const RotatedBox& box : result.obb) best = std::max(best, box.confidence);
        }
        results = found(model, pictures, imgsz, std::max(best / 2, faint));
    }
    Json answer = {{"names", info.names ? Json(*info.names) : Json::array()},
                   {"task", to_string(info.task)},
                   {"kpt_shape", info.kpt_shape},
                   {"channels", info.channels},
                   {"labels", Json::array()}};
    for (const Result& result : results) answer["labels"].push_back(label_text(result));
    return answer;
}

/// Steps of a training in one precision.
Json trained(const Json& request) {
    Notes notes;
    const std::string asked = request.at("precision").get<std::string>();
    TrainingMeasure what;
    what.folder = request.at("folder").get<std::string>();
    for (const Precision precision : {Precision::fp32, Precision::bf16, Precision::fp16})
        if (asked == to_string(precision)) what.precision = precision;
    const Config config = config_of(request.at("options"), Mode::train);
    return to_json(measure_training(config, {.log = notes.sink(), .cancelled = {}}, what));
}

/// What each engine computes with, or why it cannot.
Json probed(const engines::EngineTable& engines) {
    Json answer = Json::object();
    for (const engines::EngineEntry& entry : engines) {
        if (!is_here(entry)) {
            answer[entry.name] = {{"missing", fmt::format("the plug-in of {} is not built", entry.purpose)}};
            continue;
        }
        try {
            answer[entry.name] = {{"library", library_of(entry)}};
        } catch (const Error& error) {
            answer[entry.name] = {{"missing", error.what()}};
        }
    }
    return answer;
}

/// The data set as val opens it.
Json checked(const Json& request) {
    Notes notes;
    const CommandContext context{.log = notes.sink(), .cancelled = {}};
    const Config config = config_of(request.at("options"), Mode::val);
    const Settings settings = load_settings(notes.sink());
    const inference::OpenedModel model = inference::open_model(
        config.text("model"), settings, {.log = notes.sink(), .task = inference::named_task(config)});
    const std::string split = config.text("split");
    const data::DatasetSpec spec = load_data(config, model.info.task, settings, false, context);
    data::check_split(spec, split);
    check_keypoints(model.info, spec);
    check_classes(config, spec);
    const auto dataset = data::open_dataset(spec, dataset_options(config, split, false, context));
    return {{"file", spec.file.string()},
            {"pictures", dataset->size()},
            {"picture", dataset->picture(0).string()}};
}

Json answer_to(const Json& request, const engines::EngineTable& engines) {
    const std::string job = request.at("job").get<std::string>();
    if (job == check_job) return checked(request);
    if (job == export_job) return exported(request);
    if (job == measure_job) return measured(request, engines);
    if (job == label_job) return labelled(request);
    if (job == train_job) return trained(request);
    if (job == probe_job) return probed(engines);
    throw Error(fmt::format("there is no job '{}'", job));
}

std::string standard_input() {
    std::string text;
    std::array<char, 1 << 14> part{};
    for (ssize_t count = 0; (count = ::read(STDIN_FILENO, part.data(), part.size())) > 0;)
        text.append(part.data(), static_cast<std::size_t>(count));
    return text;
}

bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(file, text.data(), text.size());
        if (count <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace

Json options_json(const Config& config) {
    Json all = config_json(config), given = Json::object();
    for (const OptionSpec& option : option_table()) {
        const std::string key(option.name);
        if (config.given(key) && key != "mode") given[key] = all[key];
    }
    return given;
}

Config config_of(const Json& options, Mode mode) {
    Config config;
    for (const auto& [key, value] : options.items()) config.set(key, to_value(value, key));
    config.set_mode(mode);
    return config;
}

Json do_job(const Json& request, const engines::EngineTable& engines) try {
    return answer_to(request, engines);
} catch (const std::exception& error) {
    return {{"error", error.what()}};
}

int serve_row(const engines::EngineTable& engines) {
    end_with_parent();
    const Json answer = do_job(parse_json(standard_input(), "the request"), engines);
    return write_all(child_result, json_text(answer)) ? 0 : 1;
}

}  // namespace yolo::modes
