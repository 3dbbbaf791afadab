// SPDX-License-Identifier: Apache-2.0
#include "modes/benchmarking/rows.hpp"

#include <algorithm>
#include <array>
#include <variant>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "core/memory.hpp"
#include "modes/benchmarking/measure.hpp"
#include "modes/benchmarking/row_job.hpp"
#include "modes/benchmarking/table.hpp"
#include "modes/exporting/options.hpp"
#include "options/device.hpp"

namespace yolo::modes {

namespace {

using Status = BenchmarkRow::Status;

bool runs_network(const PlannedFile& file) {
    return file.kind == engines::network_kind;
}

Config export_options_for(const RowSubject& subject, const PlannedFile& file) {
    Config config = options_for(subject.config, Mode::export_model);
    config.set("model", subject.model);
    config.set("format", file.format);
    for (const auto& [key, value] : file.export_with) config.set(key, value);
    // Judged as val judges: from faint detections on.
    if (config.flag("nms") && !config.given("conf")) config.set("conf", 0.001);
    return config;
}

/// Options of one file with one engine: what predict and val take.
Config run_options_for(const RowSubject& subject, const PlannedFile& file, const std::string& path,
                       const std::string& engine, Mode mode) {
    Config config = options_for(subject.config, mode, {"quantize", "imgsz", "nms", "data"});
    if (runs_network(file) && subject.config.given("imgsz")) config.set("imgsz", subject.config.get("imgsz"));
    if (runs_network(file) && is_half(subject.config)) config.set("quantize", std::int64_t{16});
    config.set("model", path);
    config.set("engine", engine);
    return config;
}

struct MadeFile {
    std::string path;
    std::uintmax_t bytes = 0;
};

BenchmarkRow row_of(const RowSubject& subject, const PlannedFile& file, const std::string& engine = {}) {
    BenchmarkRow row;
    row.model = subject.model;
    row.format = file.format;
    row.engine = engine;
    row.metric_name = subject.judge.is_null() ? "" : subject.judge.value("metric", "");
    return row;
}

BenchmarkRow measured_row(const RowWorker& worker, const RowSubject& subject, const PlannedFile& file,
                          const MadeFile& made, const std::string& engine) {
    BenchmarkRow row = row_of(subject, file, engine);
    row.path = made.path;
    row.bytes = made.bytes;
    row.calibration = file.format == own_format ? "" : subject.calibration;
    Json request = {
        {"job", measure_job},
        {"options", options_json(run_options_for(subject, file, made.path, engine, Mode::predict))},
        {"picture", subject.picture.string()}};
    if (!subject.judge.is_null()) {
        Json judge = options_json(run_options_for(subject, file, made.path, engine, Mode::val));
        for (const auto& [key, value] : subject.judge.at("options").items()) judge[key] = value;
        request["judge"] = std::move(judge);
    }
    const Json answer = worker.answer(request);
    if (answer.contains("error")) {
        row.reason = answer["error"].get<std::string>();
        row.peak_memory = answer.value("peak_memory", std::int64_t{0});
        return row;
    }
    read_figures(answer, row);
    const auto shown = std::find_if(row.metrics.begin(), row.metrics.end(),
                                    [&](const auto& metric) { return metric.first == row.metric_name; });
    if (shown != row.metrics.end()) row.metric = shown->second;
    row.status = Status::done;
    return row;
}

/// The file, or the row that says why there is none.
std::variant<MadeFile, BenchmarkRow> made_file(const RowWorker& worker, const RowSubject& subject,
                                               const PlannedFile& file) {
    if (file.format == own_format || subject.is_file) {
        std::error_code unknown;  // of a description that ships there is no file
        const bool there = std::filesystem::exists(subject.file, unknown);
        return MadeFile{subject.model, there ? bytes_of(subject.file) : 0};
    }
    BenchmarkRow row = row_of(subject, file);
    Config config = export_options_for(subject, file);
    row.reason = export_objection(exports::find_format(file.format), config);
    if (!row.reason.empty()) {
        row.status = Status::left_out;
        return row;
    }
    if (!subject.calibration.empty() && !config.given("data")) config.set("data", subject.calibration);
    // What is lost is shown, not refused.
    if (!subject.calibration.empty()) config.set("quantize_floor", 1.0);
    std::filesystem::path folder = subject.folder;
    for (const auto& [key, value] : file.export_with) folder /= key + to_string(value);
    config.set("save_dir", folder.string());
    const Json answer = worker.answer({{"job", export_job}, {"options", options_json(config)}});
    if (answer.contains("error")) {
        row.reason = fmt::format("export: {}", answer["error"].get<std::string>());
        return row;
    }
    return MadeFile{answer.at("path").get<std::string>(), answer.at("bytes").get<std::uintmax_t>()};
}

}  // namespace

Config options_for(const Config& given, Mode mode, std::initializer_list<std::string_view> but) {
    constexpr std::array own = {"project", "name", "exist_ok", "save_dir", "format",
                                "verbose", "mode", "cfg",      "engine"};
    const auto is_in = [](const auto& names, std::string_view name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    Config config;
    for (const OptionSpec& option : option_table()) {
        const bool used = (option.used_by() & bit(mode)) != 0 && given.given(option.name);
        if (used && !is_in(own, option.name) && !is_in(but, option.name))
            config.set(option.name, given.get(option.name));
    }
    return config;
}

Json RowWorker::answer(const Json& request) const {
    ChildLimits room = limits;
    if (room.memory_bytes <= 0) room.memory_bytes = memory_room().bytes / 10 * 9;
    const ChildEnd end = run_child(program, json_text(request), room);
    if (end.how == ChildEnd::How::cancelled) throw Cancelled("the benchmark was cancelled");
    std::string problem = end.problem(room);
    if (problem.empty() && end.result.empty()) problem = "ended without a result";
    if (problem.empty()) return parse_json(end.result, "the answer of a row");
    if (!end.last_words.empty()) problem += fmt::format("; its last words: {}", end.last_words);
    return {{"error", "its process " + problem}, {"peak_memory", end.peak}};
}

void measure_rows(const RowWorker& worker, const RowSubject& subject, const std::vector<PlannedFile>& plan,
                  const RowHooks& hooks) {
    for (const PlannedFile& file : plan) {
        hooks.begins(file.format);
        if (file.engines.empty() && (file.format == own_format || subject.config.given("engine"))) {
            BenchmarkRow row = row_of(subject, file);  // nothing would come of an export
            row.status = Status::left_out;
            row.reason = file.no_engine;
            hooks.done(row);
            continue;
        }
        const auto made = made_file(worker, subject, file);
        if (const auto* row = std::get_if<BenchmarkRow>(&made)) {
            hooks.done(*row);
            continue;
        }
        if (file.engines.empty()) {
            BenchmarkRow row = row_of(subject, file);
            row.path = std::get<MadeFile>(made).path;
            row.bytes = std::get<MadeFile>(made).bytes;
            row.status = Status::exported;
            row.reason = file.no_engine;
            hooks.done(row);
        }
        for (const std::string& engine : file.engines) {
            hooks.begins(fmt::format("{}, {}", file.format, engine));
            hooks.done(measured_row(worker, subject, file, std::get<MadeFile>(made), engine));
        }
    }
}

std::size_t row_count(const std::vector<PlannedFile>& plan) {
    std::size_t count = 0;
    for (const PlannedFile& file : plan) count += std::max<std::size_t>(file.engines.size(), 1);
    return count;
}

}  // namespace yolo::modes
