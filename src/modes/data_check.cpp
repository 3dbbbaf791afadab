// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include <yolo/commands.hpp>
#include <yolo/error.hpp>
#include <yolo/settings.hpp>

#include "core/files.hpp"
#include "core/rim.hpp"
#include "data/examine/examination_text.hpp"
#include "modes/loading_options.hpp"
#include "modes/run_folder.hpp"

namespace yolo {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 10> used_options = {
    "task", "data", "imgsz", "single_cls", "threads", "project", "name", "exist_ok", "save_dir", "cfg"};

void warn_about_unused(const Config& config, const LogSink& log) {
    for (const OptionSpec& option : option_table()) {
        const bool used =
            std::find(used_options.begin(), used_options.end(), option.name) != used_options.end();
        if (used || !config.given(option.name) || !log) continue;
        log(LogLevel::warning, fmt::format("{} has no effect on yolo data check", option.name));
    }
}

/// Of class folders, and not of pictures beside their labels with the YAML that describes them.
bool is_classify_folder(const fs::path& folder) {
    std::error_code ignored;
    const auto has = [&](const char* name) { return fs::is_directory(folder / name, ignored); };
    if (!has("train") && !has("val")) return false;
    if (has("images") || has("train/images") || has("val/images")) return false;
    const fs::directory_iterator entries(folder, ignored);
    return std::none_of(begin(entries), end(entries), [](const fs::directory_entry& entry) {
        const std::string suffix = lower_suffix(entry.path());
        return suffix == "yaml" || suffix == "yml";
    });
}

/// The given task, or the one that the data set looks like.
data::DatasetSpec read_spec(const Config& config, const Settings& settings, const CommandContext& context) {
    if (config.text("data").empty())
        throw UsageError("no data set is given: write yolo data check data=FILE.yaml");
    const std::string data =
        data::unpacked_dataset(config.text("data"), modes::unpack_options(settings, context));
    const fs::path& datasets_dir = settings.datasets_dir;
    const LogSink& log = context.log;
    if (config.given("task") && !config.get("task").is_null()) {
        return data::load_dataset_spec(data, parse_task(config.text("task")), datasets_dir, log);
    }
    const bool classes = is_classify_folder(data) || is_classify_folder(datasets_dir / data);
    Task task = classes ? Task::classify : Task::detect;
    data::DatasetSpec spec = data::load_dataset_spec(data, task, datasets_dir, log);
    if (spec.kpt_shape[0] > 0) {
        task = Task::pose;
        spec = data::load_dataset_spec(data, task, datasets_dir, {});  // its warnings were said
    }
    if (log) {
        log(LogLevel::info, fmt::format("no task is given: the data set is taken as one of {} (task=segment, "
                                        "obb ... asks for another)",
                                        to_string(task)));
    }
    return spec;
}

data::ExamineOptions examine_options(const Config& config, const CommandContext& context) {
    data::ExamineOptions options;
    const std::vector<int> sides = config.integers("imgsz");
    options.imgsz = *std::max_element(sides.begin(), sides.end());
    options.single_cls = config.flag("single_cls");
    options.threads = modes::threads_of(config);
    options.log = context.log;
    options.cancelled = context.cancelled;
    if (context.progress) {
        options.progress = [show = context.progress](const std::string& split, std::size_t done,
                                                     std::size_t total) {
            show(fmt::format("{}: {} of {} pictures", split, done, total));
        };
    }
    return options;
}

void print(std::string_view text, const LogSink& log) {
    while (log && !text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        log(LogLevel::info, text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace

int run_data_check(const Config& config, const CommandContext& context) try {
    warn_about_unused(config, context.log);
    const Settings settings = load_settings(context.log);
    const data::DatasetSpec spec = read_spec(config, settings, context);
    const data::Examination examination = data::examine(spec, examine_options(config, context));
    if (context.progress) context.progress("");
    if (context.cancelled && context.cancelled()) return 0;
    print(data::examination_text(spec, examination), context.log);
    const std::unique_ptr<RunFiles> files =
        modes::open_run_folder(config, spec.task, "data_check", settings.runs_dir, context.log);
    const fs::path report = files->claim("report.json");
    // Names of files need not be UTF-8, JSON must be.
    const std::string text = json_text(data::examination_json(spec, examination), 1);
    write_file(report, text + "\n");
    const auto count = [&](data::Severity severity) {
        const std::size_t number = examination.count(severity);
        return fmt::format("{} {}{}", number, to_string(severity), number == 1 ? "" : "s");
    };
    print(fmt::format("{}, {}, {}: {}", count(data::Severity::error), count(data::Severity::warning),
                      count(data::Severity::note), report.string()),
          context.log);
    return static_cast<int>(examination.count(data::Severity::error));
} catch (...) {
    rethrow_as_error();
}

}  // namespace yolo
